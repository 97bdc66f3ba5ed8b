"""Rules for blocks: formulas, folded details, and tables that lose no cell."""

import re

from markdown_it.rules_block import StateBlock

_DETAILS_LINE = re.compile(r"</?(?:details|summary)\b", re.IGNORECASE)
_DETAILS_TAG = re.compile(r"<(/?)(details|summary)(?:\s[^<>]{0,40})?>", re.IGNORECASE)
_PIPE = re.compile(r"(?<!\\)\|")
_CODE_OR_FORMULA = re.compile(r"(?<!`)(`+)(?!`)[^`]+\1(?!`)|\$[^\s$][^$]*\$")
_DELIMITER_CELL = re.compile(r"\s*:?-+:?\s*")
LONGEST_FORMULA = 100
"""Lines of a displayed formula."""
MOST_COLUMNS = 20
"""Telegram's limit for a table (Bot API 10.3)."""


def _line(state: StateBlock, number: int) -> str:
    """A line without its indentation and the spaces behind it."""
    begin = state.bMarks[number] + state.tShift[number]
    return state.src[begin : state.eMarks[number]].rstrip()


def math_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    r"""`$$` … `$$` or `\[` … `\]`, on one line or over lines without an empty one."""
    if state.is_code_block(start):
        return False
    first = _line(state, start)
    closing = {"$$": "$$", "\\[": "\\]"}.get(first[:2])
    if closing is None:
        return False
    lines, last = [first[2:]], start
    while closing not in lines[-1]:
        last += 1
        if last >= min(end, start + LONGEST_FORMULA) or state.isEmpty(last):
            return False
        if state.sCount[last] < state.blkIndent:
            return False
        lines.append(_line(state, last))
    head, _, rest = lines[-1].partition(closing)
    expression = "\n".join([*lines[:-1], head]).strip()
    if rest.strip() or not expression:
        return False
    if not silent:
        state.push("answer_math_block", "", 0).content = expression
        state.line = last + 1
    return True


def details(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A line that begins with a tag of `<details>`; which of them belong together is seen later."""
    del end  # always one line
    line = _line(state, start)
    if state.is_code_block(start) or not _DETAILS_LINE.match(line):
        return False
    if silent:
        return True
    at, in_summary = 0, False
    for tag in _DETAILS_TAG.finditer(line):
        _push_text(state, line[at : tag.start()], in_summary)
        at, closes = tag.end(), bool(tag[1])
        if tag[2].lower() == "details":
            state.push("details_close" if closes else "details_open", "", 0).content = tag[0]
        else:
            in_summary = not closes
    _push_text(state, line[at:], in_summary)
    state.line = start + 1
    return True


def _push_text(state: StateBlock, text: str, in_summary: bool) -> None:
    if text := text.strip():
        state.push("summary_open" if in_summary else "paragraph_open", "", 1)
        inline = state.push("inline", "", 0)
        inline.content, inline.children = text, []
        state.push("summary_close" if in_summary else "paragraph_close", "", -1)


def table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A table in GFM's form. Cells beyond the head's are kept, in the last column."""
    if start + 2 > end or state.is_code_block(start):
        return False
    if state.isEmpty(start + 1) or state.sCount[start + 1] < state.blkIndent:
        return False
    delimiters = _line(state, start + 1)
    if not delimiters or set(delimiters) - set("|-: \t") or "-" not in delimiters:
        return False
    head, aligns = _cells(_line(state, start)), _cells(delimiters)
    if len(head) != len(aligns) or "|" not in _line(state, start) + delimiters:
        return False
    if not all(map(_DELIMITER_CELL.fullmatch, aligns)):
        return False
    if silent:
        return True
    last = _last_row(state, start + 2, end)
    rows = [_row(_line(state, number), len(head)) for number in range(start + 2, last)]
    if len(head) > MOST_COLUMNS:
        lines = [_line(state, number) for number in (start, *range(start + 2, last))]
        state.push("fence", "", 0).content = "\n".join(lines)
    else:
        _push_table(state, [head, *rows], aligns)
    state.line = last
    return True


def _row(line: str, width: int) -> list[str]:
    """A row's cells. Where there are too many, strokes in code and formulas part none."""
    cells = _cells(line)
    if len(cells) > width:
        cells = _cells(_CODE_OR_FORMULA.sub(_escape_strokes, line))
    return cells


def _escape_strokes(found: re.Match[str]) -> str:
    return _PIPE.sub(r"\\|", found.group())


def _cells(line: str) -> list[str]:
    line = line.strip()
    parts = [part.strip().replace("\\|", "|") for part in _PIPE.split(line)]
    if len(parts) > 1 and not parts[0]:
        parts = parts[1:]
    if len(parts) > 1 and not parts[-1]:
        parts = parts[:-1]
    return parts


def _last_row(state: StateBlock, start: int, end: int) -> int:
    """The line behind the table: an empty one, or one that begins another block."""
    rules = state.md.block.ruler.getRules("blockquote")
    for number in range(start, end):
        if state.isEmpty(number) or state.sCount[number] < state.blkIndent:
            return number
        if any(rule(state, number, end, True) for rule in rules):
            return number
    return end


def _push_table(state: StateBlock, rows: list[list[str]], aligns: list[str]) -> None:
    width = len(aligns)
    state.push("table_open", "table", 1).info = " ".join(map(_align, aligns))
    for cells in rows:
        if len(cells) > width:
            cells = [*cells[: width - 1], " | ".join(cells[width - 1 :])]
        state.push("tr_open", "tr", 1)
        for text in cells + [""] * (width - len(cells)):
            state.push("td_open", "td", 1)
            inline = state.push("inline", "", 0)
            inline.content, inline.children = text, []
            state.push("td_close", "td", -1)
        state.push("tr_close", "tr", -1)
    state.push("table_close", "table", -1)


def _align(cell: str) -> str:
    cell = cell.strip()
    if cell.endswith(":"):
        return "center" if cell.startswith(":") else "right"
    return "left"
