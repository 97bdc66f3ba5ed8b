"""Rules for what is inside a line: formulas, and the HTML tags that models write."""

import re

from markdown_it.rules_inline import StateInline

TAGS = {"b", "strong", "i", "em", "u", "ins", "s", "del", "strike", "mark", "sub", "sup"} | {
    "kbd", "code", "br",
}  # fmt: skip
"""Tags that are understood, without attributes; others are shown as they were written."""

_TAG = re.compile(r"<(/?)([A-Za-z]{1,6})\s{0,3}(/?)>")
_TEXT = re.compile(r"[^\n!$&*<>@\[\\\]_`~]+")
LONGEST_FORMULA = 1000
"""Characters between two dollars on one line."""

_BRACKETS = {"\\(": "\\)", "\\[": "\\]"}
_COMMAND = re.compile(r"\\[A-Za-z]+")
_WORDS = re.compile(r"[A-Za-z]{2,}|[^\W\dA-Za-z_]{3,}")
_TEXLIKE = re.compile(r"[A-Za-z\\=<>^+]")


def plain_characters(state: StateInline, silent: bool) -> bool:
    """Text up to the next character that may mean something here."""
    found = _TEXT.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    if not silent:
        state.append_pending(found[0])
    state.pos = found.end()
    return True


def html_tag(state: StateInline, silent: bool) -> bool:
    """A tag without attributes; whether it has a partner is seen later."""
    if state.src[state.pos] != "<":
        return False
    found = _TAG.match(state.src, state.pos, state.posMax)
    if found is None or found[2].lower() not in TAGS:
        return False
    if not silent:
        token = state.push("answer_tag", found[2].lower(), 0)
        token.content = found[0]
        token.info = found[1]
    state.pos = found.end()
    return True


def math(state: StateInline, silent: bool) -> bool:
    r"""A formula: `$x$`, `$$x$$`, `\(x\)` or `\[x\]`."""
    source, start = state.src, state.pos
    if source[start] == "$":
        found = _dollars(source, start, state.posMax)
    elif (end_mark := _BRACKETS.get(source[start : start + 2])) is not None:
        limit = min(state.posMax, start + LONGEST_FORMULA)
        at = source.find(end_mark, start + 2, limit)
        found = (source[start + 2 : at], at + 2) if at > start + 2 else None
    else:
        return False
    if found is None:
        return False
    if not silent:
        state.push("answer_math", "", 0).content = found[0].strip()
    state.pos = found[1]
    return True


def _dollars(source: str, start: int, limit: int) -> tuple[str, int] | None:
    """The formula that begins at a dollar, and where it ends."""
    limit = min(limit, start + LONGEST_FORMULA)
    if source.startswith("$$", start):
        at = source.find("$$", start + 2, limit)
        return (source[start + 2 : at], at + 2) if at > start + 2 else None
    at = _closing_dollar(source, start + 1, limit)
    tex = source[start + 1 : at]
    before = source[start - 1] if start else " "
    after = source[at + 1] if at + 1 < len(source) else " "
    # Money and variables: US$5, $AAPL/$MSFT, $HOME/$USER.
    if at < 0 or before.isalnum() or after.isalnum() or "$" in (before, after) or not tex.strip():
        return None
    if tex[0].isspace() != tex[-1].isspace():
        return None
    return (tex, at + 1) if not tex[0].isspace() or _is_texlike(tex) else None


def _closing_dollar(source: str, start: int, limit: int) -> int:
    """The next dollar on the line that is not escaped, or -1."""
    at = start
    while (at := source.find("$", at, limit)) >= 0:
        if "\n" in source[start:at]:
            return -1
        if source[at - 1] != "\\":
            return at
        at += 1
    return -1


def _is_texlike(tex: str) -> bool:
    """Whether what stands between spaced dollars is a formula, and not words between prices."""
    return bool(_TEXLIKE.search(tex)) and not _WORDS.search(_COMMAND.sub("", tex))
