"""Characters that Word stores as positions in a symbol font."""

from typing import Final

_GREEK_FROM: Final = 0x41
_GREEK: Final = (
    "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ"
)  # fmt: skip
"""The font Symbol, from its letter A on (Unicode's mapping table for it)."""
_SYMBOL: Final = {
    0x22: "∀", 0x24: "∃", 0x27: "∋", 0x2A: "∗", 0x2D: "−", 0x40: "≅", 0xA2: "′", 0xA3: "≤",
    0xA4: "⁄", 0xA5: "∞", 0xAB: "↔", 0xAC: "←", 0xAD: "↑", 0xAE: "→", 0xAF: "↓", 0xB0: "°",
    0xB1: "±", 0xB2: "″", 0xB3: "≥", 0xB4: "×", 0xB5: "∝", 0xB6: "∂", 0xB7: "•", 0xB8: "÷",
    0xB9: "≠", 0xBA: "≡", 0xBB: "≈", 0xBC: "…", 0xC5: "⊕", 0xC6: "∅", 0xC7: "∩", 0xC8: "∪",
    0xC9: "⊃", 0xCA: "⊇", 0xCC: "⊂", 0xCD: "⊆", 0xCE: "∈", 0xCF: "∉", 0xD0: "∠", 0xD1: "∇",
    0xD5: "∏", 0xD6: "√", 0xD7: "⋅", 0xD8: "¬", 0xD9: "∧", 0xDA: "∨", 0xDB: "⇔", 0xDC: "⇐",
    0xDE: "⇒", 0xE5: "∑", 0xF2: "∫",
}  # fmt: skip
_WINGDINGS: Final = {
    0x6C: "●", 0x6E: "■", 0x6F: "□", 0x71: "❑", 0x76: "❖", 0xA7: "▪", 0xA8: "◻", 0xD8: "➢",
    0xDF: "←", 0xE0: "→", 0xE1: "↑", 0xE2: "↓", 0xE8: "➔", 0xF0: "⇨", 0xFB: "✗", 0xFC: "✓",
    0xFD: "☒", 0xFE: "☑",
}  # fmt: skip
UNKNOWN: Final = "\ufffd"


def symbol(font: str, place: str) -> str:
    """The character at a hexadecimal position of a font; U+FFFD if unknown, so that the gap is
    visible."""
    try:
        code = int(place, 16)
    except ValueError:
        return UNKNOWN
    if not 0xF000 <= code <= 0xF0FF:
        return chr(code) if 0x20 <= code < 0xD800 else UNKNOWN
    code -= 0xF000
    name = font.lower()
    if name == "symbol":
        index = code - _GREEK_FROM
        in_row = 0 <= index < len(_GREEK)
        return _SYMBOL.get(code) or (_GREEK[index] if in_row else _plain(code))
    return _WINGDINGS.get(code, UNKNOWN) if name.startswith("wingdings") else _plain(code)


def _plain(code: int) -> str:
    return chr(code) if 0x20 <= code < 0x7F else UNKNOWN
