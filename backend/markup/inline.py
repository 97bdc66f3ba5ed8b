"""From the tokens inside a line to runs of text."""

import re
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from markdown_it.token import Token

from backend.markup.document import LinkSpan, Mark, Runs, Style, StyledRun, trimmed

SCHEMES = {"http", "https", "mailto", "tel"}
"""What a link may lead to. `tg:` is left out: it names people and emoji."""

_MARKS = {"strong": Style.BOLD, "em": Style.ITALIC, "s": Style.STRIKETHROUGH}
_TAGS = {
    "b": Style.BOLD,
    "strong": Style.BOLD,
    "i": Style.ITALIC,
    "em": Style.ITALIC,
    "u": Style.UNDERLINE,
    "ins": Style.UNDERLINE,
    "s": Style.STRIKETHROUGH,
    "del": Style.STRIKETHROUGH,
    "strike": Style.STRIKETHROUGH,
    "mark": Style.MARKED,
    "sub": Style.SUBSCRIPT,
    "sup": Style.SUPERSCRIPT,
    "kbd": Style.CODE,
    "code": Style.CODE,
}
_BARE = re.compile(
    # Up to white space, or to a bracket, a quotation mark or punctuation that is not ASCII.
    'https?://[^\\s<>"`\u2018-\u201f\u2026\u3000-\u303f\uff01-\uff0f\uff1a-\uff20'
    "\uff3b-\uff40\uff5b-\uff65]{1,2000}",
    re.IGNORECASE,
)
_TRAILING = ".,:;!?'*_~|"
_CLOSING = {")": "(", "]": "[", "}": "{"}


def read_inline(tokens: Sequence[Token]) -> Runs:
    """The runs of a line: neighbours with the same marks are joined, white space at the ends is
    left out."""
    reader = _Inline()
    paired = _paired(tokens)
    for index, token in enumerate(tokens):
        reader.take(token, index in paired)
    return trimmed(piece for run in _joined(reader.runs) for piece in _with_bare_links(run))


def _paired(tokens: Sequence[Token]) -> set[int]:
    """The places of HTML tags that have a partner; others are shown as they were written."""
    waiting: dict[str, list[int]] = {}
    found: set[int] = set()
    for index, token in enumerate(tokens):
        if token.type != "answer_tag" or token.tag == "br":
            continue
        if not token.info:
            waiting.setdefault(token.tag, []).append(index)
        elif waiting.get(token.tag):
            found |= {index, waiting[token.tag].pop()}
    return found


class _Inline:
    """Collects runs while marks open and close."""

    def __init__(self) -> None:
        self.runs: list[StyledRun] = []
        self._open: dict[Mark, int] = {}  # in the order of opening, with how often each is open
        self._links: list[tuple[str, int]] = []  # the address, and where its text begins

    def take(self, token: Token, paired: bool) -> None:
        match token.type:
            case "text" | "text_special":
                self._write(token.content)
            case "softbreak" | "hardbreak":
                self._write("\n")
            case "code_inline":
                self._write(token.content, Style.CODE)
            case "answer_math":
                self._write(token.content, Style.MATH)
            case "image":
                self._image(token)
            case "link_open":
                self._open_link(str(token.attrs["href"]))
            case "link_close":
                self._close_link()
            case "answer_tag":
                self._tag(token, paired)
            case _ if token.type.endswith("_open"):
                self._mark(_MARKS[token.tag])
            case _ if token.type.endswith("_close"):
                self._close(_MARKS[token.tag])
            case _:
                self._write(token.content)

    def _write(self, text: str, *more: Mark) -> None:
        if text:
            self.runs.append(StyledRun(text, tuple(dict.fromkeys((*self._open, *more)))))

    def _mark(self, mark: Mark) -> None:
        self._open[mark] = self._open.get(mark, 0) + 1

    def _close(self, mark: Mark) -> None:
        self._open[mark] -= 1
        if not self._open[mark]:
            del self._open[mark]

    def _tag(self, token: Token, paired: bool) -> None:
        if token.tag == "br":
            self._write("\n")
        elif not paired:
            self._write(token.content)
        elif token.info:
            self._close(_TAGS[token.tag])
        else:
            self._mark(_TAGS[token.tag])

    def _image(self, token: Token) -> None:
        """A picture is not shown: Telegram would fetch it. Its description links to it instead."""
        url = str(token.attrs["src"])
        inside_link = any(isinstance(mark, LinkSpan) for mark in self._open)
        text = "".join(run.text for run in read_inline(token.children or []))
        if is_linkable(url) and not inside_link:
            self._write(text or url, LinkSpan(url))
        else:
            self._write(text)

    def _open_link(self, url: str) -> None:
        self._links.append((url, len(self.runs)))
        if is_linkable(url):
            self._mark(LinkSpan(url))

    def _close_link(self) -> None:
        url, start = self._links.pop()
        if is_linkable(url):
            if len(self.runs) == start:
                self._write(url)
            self._close(LinkSpan(url))
        elif url:
            self._write(f" ({url})")


def is_linkable(url: str) -> bool:
    """Whether an address may become a link: absolute, and of a scheme that is listed."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme.lower() in SCHEMES and bool(parts.netloc or parts.path)


def _joined(runs: list[StyledRun]) -> list[StyledRun]:
    joined: list[StyledRun] = []
    texts: list[str] = []
    for run in runs:
        if joined and joined[-1].marks == run.marks:
            texts.append(run.text)
            continue
        if joined:
            joined[-1] = StyledRun("".join(texts), joined[-1].marks)
        joined.append(run)
        texts = [run.text]
    if joined:
        joined[-1] = StyledRun("".join(texts), joined[-1].marks)
    return joined


def _with_bare_links(run: StyledRun) -> Iterator[StyledRun]:
    """A run with the addresses in it as links."""
    if any(isinstance(mark, LinkSpan) or mark in (Style.CODE, Style.MATH) for mark in run.marks):
        yield run
        return
    shown = 0
    for found in _BARE.finditer(run.text):
        url = _without_trailing(found[0])
        if not is_linkable(url):
            continue
        if found.start() > shown:
            yield StyledRun(run.text[shown : found.start()], run.marks)
        yield StyledRun(url, (*run.marks, LinkSpan(url)))
        shown = found.start() + len(url)
    if shown < len(run.text):
        yield StyledRun(run.text[shown:], run.marks)


def _without_trailing(url: str) -> str:
    """Without the punctuation of the sentence around; a bracket that was opened inside stays."""
    counts = {sign: url.count(sign) for pair in _CLOSING.items() for sign in pair}
    end = len(url)
    while end and (sign := url[end - 1]) in _TRAILING + "".join(_CLOSING):
        if sign in _CLOSING:
            if counts[sign] <= counts[_CLOSING[sign]]:
                break
            counts[sign] -= 1
        end -= 1
    return url[:end]
