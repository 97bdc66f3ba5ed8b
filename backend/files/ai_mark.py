"""Marks pictures that a model made as such, in their metadata.

The mark is an XMP packet with IPTC's digital source type, which programs that show a picture's
origin read (https://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia). Anybody can
remove it.
"""

import struct
import zlib
from typing import Final

SOURCE_TYPE: Final = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
_XMP: Final = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
    '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"'
    f' Iptc4xmpExt:DigitalSourceType="{SOURCE_TYPE}"/>'
    '</rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
).encode()
_PNG_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_PNG_HEADER: Final = len(_PNG_SIGNATURE) + 25
"""The signature and the first chunk, IHDR, which has 13 bytes of content."""


def mark_as_ai_made(media_type: str, content: bytes) -> bytes:
    """The picture with the mark and unchanged pixels. Only JPEG and PNG can be marked."""
    if media_type == "image/png" and content.startswith(_PNG_SIGNATURE):
        return content[:_PNG_HEADER] + _png_chunk() + content[_PNG_HEADER:]
    if media_type == "image/jpeg" and content.startswith(b"\xff\xd8"):
        return _marked_jpeg(content)
    return content


def _png_chunk() -> bytes:
    """An iTXt chunk with XMP's keyword, uncompressed, without language."""
    body = b"iTXt" + b"XML:com.adobe.xmp" + b"\x00\x00\x00\x00\x00" + _XMP
    return struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))


def _marked_jpeg(content: bytes) -> bytes:
    """An APP1 segment with XMP's name, after JFIF's own APP0, which must be the first."""
    body = b"http://ns.adobe.com/xap/1.0/\x00" + _XMP
    segment = b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body
    at = 2
    if content[2:4] == b"\xff\xe0":
        at += 2 + int(struct.unpack(">H", content[4:6])[0])
    return content[:at] + segment + content[at:]
