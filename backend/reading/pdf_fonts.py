"""Encodings of composite fonts in PDFs that name no Unicode for their codes.

pypdf knows a few of the predefined CMaps (ISO 32000-2, 9.7.5.2) and takes all others for UTF-16,
which makes wrong letters without a word. Here every CMap is either read rightly or its codes
become U+FFFD, so that the reader can say that a text cannot be read.
"""

import codecs
from typing import TYPE_CHECKING, Any, Final

import pypdf._cmap
from pypdf.generic import DictionaryObject, StreamObject

if TYPE_CHECKING:
    from typing_extensions import Buffer

UNREADABLE: Final = "pdf_unreadable"
"""A codec that reads two bytes as U+FFFD."""
JIS_ROWS: Final = "pdf_jis_rows"
"""JIS X 0208 by row and cell without the shifts of ISO-2022-JP: the CMaps `H` and `V`."""

_CMAPS: Final = {
    "gb18030": "GB-EUC GBpc-EUC GBK-EUC GBKp-EUC GBK2K",
    "cp950": "B5pc ETen-B5 ETenms-B5",
    "big5hkscs": "HKscs-B5 HKdla-B5 HKdlb-B5 HKgccs-B5 HKm314-B5 HKm471-B5",
    "cp932": "83pv-RKSJ 90ms-RKSJ 90msp-RKSJ 90pv-RKSJ Add-RKSJ Ext-RKSJ 78-RKSJ 78ms-RKSJ RKSJ",
    "euc_jis_2004": "EUC Ext-EUC Add-EUC 78-EUC",
    "cp949": "KSC-EUC KSCms-UHC KSCms-UHC-HW KSCpc-EUC",
    JIS_ROWS: "Ext Add 78",
}
_BY_NAME: Final = {name: codec for codec, names in _CMAPS.items() for name in names.split()}
_BY_FORM: Final = (
    ("-UCS2", "utf-16-be"),
    ("-UTF16", "utf-16-be"),
    ("-UTF32", "utf-32-be"),
    ("-UTF8", "utf-8"),
)
_parse_simple: Final = pypdf._cmap._parse_encoding


def codec_of_cmap(name: str) -> str:
    """The codec of a predefined CMap, such as `/KSC-EUC-H`; `UNREADABLE` if there is none."""
    if name in ("/H", "/V"):
        return JIS_ROWS
    stem = name.removeprefix("/").removesuffix("-H").removesuffix("-V")
    for form, codec in _BY_FORM:
        if form in stem and stem.startswith("Uni"):
            return codec
    return _BY_NAME.get(stem, UNREADABLE)


def install() -> None:
    """Make pypdf use these encodings. Call once, before a document is read."""
    codecs.register(_find_codec)
    pypdf._cmap._parse_encoding = _parse_encoding  # type: ignore[assignment]


def _parse_encoding(font: DictionaryObject) -> str | dict[int, str]:
    if font.get("/Subtype") != "/Type0" or "/ToUnicode" in font:
        return _parse_simple(font)
    encoding: Any = font.get("/Encoding")
    encoding = encoding.get_object() if encoding is not None else ""
    if isinstance(encoding, StreamObject) or not isinstance(encoding, str):
        return UNREADABLE  # a CMap of the file's own leads to glyphs, not to letters
    if encoding in ("/Identity-H", "/Identity-V"):
        return UNREADABLE if _codes_are_glyphs(font) else "utf-16-be"
    return codec_of_cmap(encoding)


def _codes_are_glyphs(font: DictionaryObject) -> bool:
    """Whether the codes are numbers of glyphs: of a known collection, or of the embedded font."""
    for reference in font.get("/DescendantFonts") or ():
        descendant = reference.get_object()
        system = descendant.get("/CIDSystemInfo")
        if system and str(system.get_object().get("/Ordering")) != "Identity":
            return True
        descriptor = descendant.get("/FontDescriptor")
        embedded = descriptor and {"/FontFile2", "/FontFile3"} & set(descriptor.get_object())
        if embedded and not isinstance(descendant.get("/CIDToGIDMap"), StreamObject):
            return True
    return False


def _find_codec(name: str) -> codecs.CodecInfo | None:
    decode = {UNREADABLE: _decode_unreadable, JIS_ROWS: _decode_jis_rows}.get(name)
    return None if decode is None else codecs.CodecInfo(_encode, decode, name=name)


def _decode_unreadable(data: "Buffer", errors: str = "strict", /) -> tuple[str, int]:
    size = len(bytes(data))
    return "\ufffd" * ((size + 1) // 2), size


def _decode_jis_rows(data: "Buffer", errors: str = "strict", /) -> tuple[str, int]:
    rows = bytes(byte | 0x80 for byte in bytes(data))
    return rows.decode("euc_jis_2004", "replace"), len(rows)


def _encode(text: str, errors: str = "strict", /) -> tuple[bytes, int]:
    raise UnicodeEncodeError("pdf", text, 0, len(text), "these encodings are read only")
