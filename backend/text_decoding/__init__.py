"""Text from bytes: one decoder for files, web pages and whatever else comes from outside.

It imports nothing else of the backend, and after `load_codecs` it opens no file, so that the
locked reading process can use it.
"""

from backend.text_decoding.decode import decode_text, is_almost_utf8
from backend.text_decoding.labels import codec_of, load_codecs

__all__ = ["codec_of", "decode_text", "is_almost_utf8", "load_codecs"]
