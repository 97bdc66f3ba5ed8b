"""The alphabets that text may be written in, loaded: once locked, no file can be opened."""

import codecs
from typing import Final

CHARSETS: Final = (
    *("utf_8", "utf_16", "utf_16_le", "utf_16_be", "utf_32", "cp1250", "cp1251", "cp1252"),
    *("cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "koi8_r", "koi8_u", "cp866"),
    *("iso8859_2", "iso8859_5", "iso8859_6", "iso8859_7", "iso8859_8", "iso8859_9"),
    *("iso8859_15", "gb18030", "big5", "shift_jis", "euc_jp", "euc_kr", "cp874", "mac_cyrillic"),
)
"""Those that are told apart."""

OTHERS: Final = (
    "ascii",
    "latin_1",
    "utf_8_sig",
    "utf_32_le",
    "utf_32_be",
    "cp437",
    "gbk",
    "gb2312",
)
for _name in (*CHARSETS, *OTHERS, "mac_roman", "charmap", "raw_unicode_escape", "unicode_escape"):
    codecs.lookup(_name)
