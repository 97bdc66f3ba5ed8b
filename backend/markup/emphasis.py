"""Where `*`, `_` and `~~` may open and close.

CommonMark asks for white space where Chinese, Japanese and Korean have none: `**「…」**です` would
not be bold (github.com/commonmark/commonmark-spec/issues/650). Beside a letter of these scripts a
run is taken as if white space were there, and their punctuation is taken for letters.
"""

import re

from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Delimiter

CJK = re.compile(
    "[\u1100-\u11ff\u2e80-\u303f\u3040-\u31ff\u3200-\u4dbf\u4e00-\u9fff\ua960-\ua97f"
    "\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U0001f200-\U0001f2ff"
    "\U00020000-\U0003ffff]"
)
_TILDES = 2


def emphasis(state: StateInline, silent: bool) -> bool:
    """A run of `*` or `_`."""
    if silent or (marker := state.src[state.pos]) not in "*_":
        return False
    length, can_open, can_close = _scan(state, marker)
    for _ in range(length):
        _push(state, marker, marker, length, can_open, can_close)
    state.pos += length
    return True


def strikethrough(state: StateInline, silent: bool) -> bool:
    """A run of two or more `~`; a single one means "about" more often."""
    if silent or state.src[state.pos] != "~":
        return False
    length, can_open, can_close = _scan(state, "~")
    if length < _TILDES:
        return False
    if length % _TILDES:
        state.push("text", "", 0).content = "~"
    for _ in range(length // _TILDES):
        _push(state, "~~", "~", 0, can_open, can_close)
    state.pos += length
    return True


def _push(
    state: StateInline, text: str, marker: str, length: int, can_open: bool, can_close: bool
) -> None:
    state.push("text", "", 0).content = text
    token = len(state.tokens) - 1
    state.delimiters.append(Delimiter(ord(marker), length, token, -1, can_open, can_close))


def _scan(state: StateInline, marker: str) -> tuple[int, bool, bool]:
    """The length of the run at the position, and whether it may open and close."""
    source, start, end = state.src, state.pos, state.pos
    while end < state.posMax and source[end] == marker:
        end += 1
    before = source[start - 1] if start > 0 else " "
    after = source[end] if end < state.posMax else " "
    space_before, space_after = (isWhiteSpace(ord(sign)) for sign in (before, after))
    # "_" keeps CommonMark's rule: within words it is part of a name.
    cjk_before, cjk_after = (marker != "_" and bool(CJK.match(sign)) for sign in (before, after))
    # Punctuation of these scripts has its white space inside of it.
    punct_before = not cjk_before and _is_punctuation(before)
    punct_after = not cjk_after and _is_punctuation(after)
    left = not space_after and (not punct_after or space_before or punct_before or cjk_before)
    right = not space_before and (not punct_before or space_after or punct_after or cjk_after)
    if marker != "_":
        return end - start, left, right
    return end - start, left and (not right or punct_before), right and (not left or punct_after)


def _is_punctuation(sign: str) -> bool:
    return isMdAsciiPunct(ord(sign)) or isPunctChar(sign)
