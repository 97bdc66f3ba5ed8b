"""Rich messages written in Markdown: GFM plus Telegram's marks, turned into Telegram's tags.

`$x$`, `$$x$$` and ```` ```math ```` are mathematics, `==x==` is marked, `||x||` a spoiler, `[^x]` a
reference to the footnote `[^x]: text`, and a list item that begins with `[ ]` or `[x]` has a box.
Raw tags pass through.
"""

import re

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

_SPANS = (
    ("tg-math", re.compile(r"\$(?![\s$])([^$\n]*[^\s$])\$(?!\d)"), False),
    ("mark", re.compile(r"==(?!\s)(.+?)(?<!\s)=="), True),
    ("tg-spoiler", re.compile(r"\|\|(?!\s)(.+?)(?<!\s)\|\|"), True),
)


def markdown_to_tags(source: str) -> str:
    """Convert Markdown to Telegram's tags. Never fails, since any text is valid Markdown."""
    return str(_PARSER.render(source))


def _spans(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] not in "$=|":
        return False
    for tag, pattern, nested in _SPANS:
        match = pattern.match(state.src, state.pos, state.posMax)
        if match is None:
            continue
        if not silent:
            _push_span(state, tag, match, nested)
        state.pos = match.end()
        return True
    return False


def _push_span(state: StateInline, tag: str, match: re.Match[str], nested: bool) -> None:
    state.push(f"{tag}_open", tag, 1)
    if nested:
        end, state.pos, state.posMax = state.posMax, match.start(1), match.end(1)
        state.md.inline.tokenize(state)
        state.posMax = end
    else:
        state.push("text", "", 0).content = match[1]
    state.push(f"{tag}_close", tag, -1)


def _text_ends(state: StateInline, silent: bool) -> bool:
    """Like markdown-it's own text rule, but also stops at Telegram's marks."""
    match = re.compile(r"[^\n!#$%&*+\-:<=>@\[\\\]^_`{|}~]+").match(state.src, state.pos)
    if match is None:
        return False
    if not silent:
        state.pending += match[0]
    state.pos = match.end()
    return True


def _math_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    first = _line(state, start)
    if len(first) > 4 and first.startswith("$$") and first.endswith("$$"):
        if not silent:
            state.push("math_block", "tg-math-block", 0).content = first[2:-2]
            state.line = start + 1
        return True
    if first != "$$":
        return False
    for last in range(start + 1, end):
        if _line(state, last) == "$$":
            if not silent:
                token = state.push("math_block", "tg-math-block", 0)
                token.content = state.getLines(start + 1, last, 0, False)
                state.line = last + 1
            return True
    return False


def _footnote(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    match = re.match(r"\[\^([^\]\s]+)\]: *(.*)", _line(state, start))
    if match is None:
        return False
    lines, last = [match[2]], start + 1
    while last < end and (more := _line(state, last)) and not more.startswith("[^"):
        lines.append(more)
        last += 1
    if not silent:
        state.push("footnote_open", "footer", 1)
        token = state.push("inline", "", 0)
        token.content, token.children = " ".join(lines), []
        state.push("footnote_close", "footer", -1)
        state.tokens[-3].meta = {"name": match[1]}
        state.line = last
    return True


def _reference(state: StateInline, silent: bool) -> bool:
    match = re.compile(r"\[\^([^\]\s]+)\](?!:)").match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not silent:
        known = state.env.setdefault("footnotes", {})
        number = known.setdefault(match[1], len(known) + 1)
        name = escapeHtml(match[1])
        tag = f'<a href="#{name}" tg-footnote>{number}</a>'
        state.push("html_inline", "", 0).content = tag
    state.pos = match.end()
    return True


def _render_footnote(
    self: RendererHTML, tokens: list[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    if tokens[index].nesting < 0:
        return "</tg-reference></footer>\n"
    return f'<footer><tg-reference name="{escapeHtml(tokens[index].meta["name"])}">'


def _render_fence(
    self: RendererHTML, tokens: list[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    if tokens[index].info.strip() == "math":
        return _render_math(self, tokens, index, options, env)
    return str(self.fence(tokens, index, options, env))


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]].strip()


def _boxes(state: StateCore) -> None:
    tokens = state.tokens
    for index in range(2, len(tokens)):
        inline = tokens[index]
        if tokens[index - 2].type != "list_item_open" or not inline.children:
            continue
        first = inline.children[0]
        match = re.match(r"\[([ xX])\] ", first.content)
        if match and first.type == "text":
            first.content = first.content[4:]
            checked = " checked" if match[1] != " " else ""
            box = Token("html_inline", "", 0, content=f"<input{checked}>")
            inline.children.insert(0, box)


def _render_math(
    self: RendererHTML, tokens: list[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    text = tokens[index].content.replace("&", "&amp;").replace("<", "&lt;")
    return f"<tg-math-block>{text}</tg-math-block>\n"


def _build() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    parser.inline.ruler.at("text", _text_ends)
    parser.inline.ruler.before("emphasis", "telegram_spans", _spans)
    parser.block.ruler.before("fence", "telegram_math", _math_block)
    parser.block.ruler.before("reference", "telegram_footnote", _footnote)
    parser.inline.ruler.before("link", "telegram_reference", _reference)
    parser.core.ruler.push("telegram_boxes", _boxes)
    parser.add_render_rule("math_block", _render_math)
    parser.add_render_rule("fence", _render_fence)
    parser.add_render_rule("footnote_open", _render_footnote)
    parser.add_render_rule("footnote_close", _render_footnote)
    return parser


_PARSER = _build()
