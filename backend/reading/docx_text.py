"""Text of a document's XML in order: each word once, formulas inline."""

from typing import Final
from xml.etree.ElementTree import Element

from backend.reading.docx_symbols import symbol

_TRANSITIONAL: Final = "http://schemas.openxmlformats.org/"
_STRICT: Final = "http://purl.oclc.org/ooxml/"
_SHORT: Final = {
    _TRANSITIONAL + "wordprocessingml/2006/main": "w",
    _STRICT + "wordprocessingml/main": "w",
    _TRANSITIONAL + "officeDocument/2006/math": "m",
    _STRICT + "officeDocument/math": "m",
    _TRANSITIONAL + "drawingml/2006/main": "a",
    _STRICT + "drawingml/main": "a",
    _TRANSITIONAL + "markup-compatibility/2006": "mc",
}
"""Namespaces of ECMA-376 in both its editions, and how they are called here."""

_TEXTS: Final = ("w:t", "m:t", "a:t")
_AFTER: Final = {
    "w:tab": "\t",
    "w:ptab": "\t",
    "w:br": "\n",
    "w:cr": "\n",
    "w:p": "\n",
    "a:p": "\n",
    "w:noBreakHyphen": "-",
    "w:tc": "\t",
    "w:tr": "\n",
}
_BEFORE: Final = {"m:sup": "^", "m:sub": "_", "m:den": "/", "m:rad": "√", "m:oMathPara": "\n"}
"""Separators between parts of a formula."""
_PROPERTIES: Final = ("m:naryPr", "m:dPr", "w:checkBox", "w:ddList")
_GONE: Final = ("w:moveFrom", "w:del")
"""Tracked deletions and moves, which are not part of the text."""
_ALTERNATIVES: Final = ("mc:Choice", "mc:Fallback")
_CLEARED: Final = ("w:p", "w:tbl", "w:drawing", "w:pict", "m:oMath")


class NotADocument(Exception):
    """An archive of the same family that is no text document: a spreadsheet, slides."""


class DocumentText:
    """Consumes a parser's events, so that elements are freed once read.

    One drawing is often there twice, in a new and an old form (`mc:AlternateContent`): the first
    form that has text counts.
    """

    def __init__(self) -> None:
        self.length = 0
        self._buffers: list[list[str]] = [[]]
        self._chosen: list[str] = []
        self._tables = 0
        self._gone = 0
        self._brackets: list[str | None] = []
        self._names: dict[str, str] = {}

    def take(self, event: str, element: Element) -> None:
        """One event of `iterparse`: "start" or "end"."""
        name = self._names.get(element.tag) or self._shortened(element.tag)
        if event == "start":
            self._start(name, element)
        else:
            self._end(name, element)

    def text(self) -> str:
        """What was taken so far."""
        while len(self._buffers) > 1:
            self._buffers[-2].append("".join(self._buffers.pop()))
        return "".join(self._buffers[0])

    def _start(self, name: str, element: Element) -> None:
        if name == "m:d":
            self._brackets.append(None)
        elif name == "m:e" and self._brackets and self._brackets[-1] is None:
            self._open_bracket("(", ")")
        elif name == "w:sym":
            self._add(symbol(_value(element, "font"), _value(element, "char")))
        elif name == "m:chr":
            self._add(_value(element, "val"))
        elif name == "w:tbl":
            self._tables += 1
        elif name in _GONE:
            self._gone += 1
        elif name == "mc:AlternateContent":
            self._chosen.append("")
        elif name in _ALTERNATIVES and self._chosen:
            self._buffers.append([])
        elif name in _BEFORE:
            self._add(_BEFORE[name])

    def _end(self, name: str, element: Element) -> None:
        if name in _TEXTS:
            self._add(element.text or "")
        elif name == "m:d" and self._brackets:
            self._add(self._brackets.pop() or "")
        elif name in _PROPERTIES:
            self._add_properties(name, element)
        elif name == "w:tbl":
            self._tables -= 1
        elif name in _GONE:
            self._gone -= 1
        elif name == "mc:AlternateContent" and self._chosen:
            self._buffers[-1].append(self._chosen.pop())
        elif name in _ALTERNATIVES and self._chosen:
            text = "".join(self._buffers.pop())
            if self._chosen[-1].strip():
                self.length -= len(text)
            else:
                self._chosen[-1] = text
        elif name in _AFTER:
            self._add(" " if name == "w:p" and self._tables else _AFTER[name])
        if name in _CLEARED:
            element.clear()

    def _add_properties(self, name: str, element: Element) -> None:
        """What the properties of a formula's part or a form's field show."""
        values = {_local(one): _value(one, "val", "1") for one in element}
        if name == "m:naryPr" and "chr" not in values:
            self._add("∫")
        elif name == "m:dPr":
            self._open_bracket(values.get("begChr", "("), values.get("endChr", ")"))
        elif name == "w:checkBox":
            on = values.get("checked", values.get("default", "0"))
            self._add("☒" if on in ("1", "true", "on") else "☐")
        elif name == "w:ddList":
            entries = [_value(one, "val") for one in element if _local(one) == "listEntry"]
            at = values.get("result", values.get("default", "0"))
            self._add(entries[int(at)] if at.isdigit() and int(at) < len(entries) else "")

    def _open_bracket(self, opening: str, closing: str) -> None:
        if self._brackets:
            self._brackets[-1] = closing
            self._add(opening)

    def _add(self, piece: str) -> None:
        if not self._gone:
            self._buffers[-1].append(piece)
            self.length += len(piece)

    def _shortened(self, tag: str) -> str:
        """`{namespace}local` as `w:local`; kept, since a document has few tags. What is of no
        namespace known here is nothing."""
        namespace, _, local = tag.removeprefix("{").rpartition("}")
        name = f"{_SHORT.get(namespace, '?')}:{local}"
        if len(self._names) < 1_000:
            self._names[tag] = name
        return name


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _value(element: Element, name: str, default: str = "") -> str:
    """An attribute, of whatever namespace."""
    for key, value in element.items():
        if key.rpartition("}")[2] == name:
            return value
    return default
