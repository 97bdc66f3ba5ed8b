"""Parses the tags of a rich message to a tree.

The tags are those of core.telegram.org/bots/api#rich-message-formatting-options. In HTML, unknown
and unclosed tags are refused with the error texts of parse_mode HTML. In Markdown they are text,
since `<T>` may be meant as text and a draft can end anywhere.
"""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from telegram_emulator.text.builder import TextError

VOID = {"br", "hr", "img", "input", "tg-anchor", "tg-map"}
MEDIA = {"img", "video", "audio", "tg-map"}
INLINE = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "sub": "subscript",
    "sup": "superscript",
    "mark": "marked",
    "code": "code",
}
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
BLOCKS = {
    *HEADINGS,
    *("p", "div", "ul", "ol", "li", "pre", "blockquote", "aside", "hr", "footer", "details"),
    *("summary", "table", "caption", "tr", "td", "th", "thead", "tbody", "tg-thinking"),
    *("tg-math-block", "cite", "figure", "figcaption", "tg-collage", "tg-slideshow"),
    *("tg-button-row", "video", "audio", "tg-map"),
}
KNOWN = (
    BLOCKS
    | VOID
    | INLINE.keys()
    | {"a", "span", "tg-math", "tg-emoji", "tg-time", "tg-reference", "tg-button"}
)
DEEPEST = 64
"""The deepest nesting that is parsed at all; a message may have less (`rich.DEEPEST`)."""


@dataclass
class Node:
    """An element; text is a plain string among `children`."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Node | str"] = field(default_factory=list)

    def elements(self, *names: str) -> list["Node"]:
        """Direct children with one of these names."""
        return [c for c in self.children if isinstance(c, Node) and c.name in names]

    def plain(self) -> str:
        """All text inside."""
        return "".join(c if isinstance(c, str) else c.plain() for c in self.children)

    def depth(self) -> int:
        """How deep blocks are nested."""
        below = max((c.depth() for c in self.children if isinstance(c, Node)), default=0)
        return below + (self.name in BLOCKS)


class TooDeep(TextError):
    """Deeper nesting of tags than any message may have."""


def parse_tree(source: str, *, lenient: bool = False) -> Node:
    """The tree under a root without a name.

    Raises:
        TooDeep: for too deeply nested tags.
        TextError: for an unknown or unmatched tag, unless `lenient`.
    """
    parser = _Tree(lenient)
    parser.feed(source)
    parser.close()
    if parser.deepest > DEEPEST:
        raise TooDeep("rich message blocks are nested too deep")
    if len(parser.path) > 1 and not lenient:
        name = parser.path[-1].name
        raise TextError(f'Can\'t find end tag corresponding to start tag "{name}"')
    return parser.path[0]


class _Tree(HTMLParser):
    def __init__(self, lenient: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.path = [Node("")]
        self.deepest = 0
        self._lenient = lenient

    def _refuse(self, reason: str, text: str) -> None:
        if not self._lenient:
            raise TextError(reason)
        self.handle_data(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in KNOWN:
            self._refuse(f'Unsupported start tag "{tag}"', self.get_starttag_text() or "")
            return
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.path[-1].children.append(node)
        if tag not in VOID:
            self.path.append(node)
            self.deepest = max(self.deepest, len(self.path))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag in KNOWN - VOID:
            self.path.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        open_tags = [node.name for node in self.path[1:]]
        if self._lenient and tag in open_tags:
            while self.path[-1].name != tag:
                self.path.pop()
        elif not open_tags:
            self._refuse(f'Unexpected end tag "{tag}"', f"</{tag}>")
            return
        elif open_tags[-1] != tag:
            wanted = open_tags[-1]
            self._refuse(
                f'Unmatched end tag, expected "</{wanted}>", found "</{tag}>"', f"</{tag}>"
            )
            return
        self.path.pop()

    def handle_data(self, data: str) -> None:
        self.path[-1].children.append(data)
