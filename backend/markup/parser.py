"""The Markdown parser: markdown-it with what models write beyond CommonMark.

It runs in linear time (tests/unit/bot/test_growth.py): nesting is capped, and every rule here
looks at a character a bounded number of times.
"""

from markdown_it import MarkdownIt
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock, blockquote, list_block, reference
from markdown_it.rules_inline import StateInline, image, link
from markdown_it.token import Token

from backend.markup.emphasis import emphasis, strikethrough
from backend.markup.rules_block import details, math_block, table
from backend.markup.rules_inline import html_tag, math, plain_characters

DEEPEST = 10
"""Levels of markdown-it at which no further container opens: a quotation takes one, a list two.
Telegram takes blocks nested 16 deep (Bot API 10.3)."""

_INTERRUPTING: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}


def parse(markdown: str) -> tuple[list[Token], dict[str, dict[str, str]]]:
    """The tokens, and the link reference definitions by label."""
    env: dict[str, dict[str, dict[str, str]]] = {}
    tokens = _PARSER.parse(markdown, env)
    return tokens, env.get("references", {})


def _blockquote(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    return state.level < DEEPEST and blockquote(state, start, end, silent)


def _list(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    return state.level < DEEPEST and list_block(state, start, end, silent)


def _reference(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A footnote's text looks like a definition, which would not be shown."""
    at = state.bMarks[start] + state.tShift[start]
    return not state.src.startswith("[^", at) and reference(state, start, end, silent)


def _link(state: StateInline, silent: bool) -> bool:
    return _may_close(state) and link(state, silent)


def _image(state: StateInline, silent: bool) -> bool:
    return _may_close(state) and image(state, silent)


def _may_close(state: StateInline) -> bool:
    """Whether a bracket can still be closed; looking for it label by label is slow."""
    return state.html_terminator_last("]") > state.pos


def _build() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": 64})
    parser.enable("strikethrough")
    block, inline = parser.block.ruler, parser.inline.ruler
    block.at("blockquote", _blockquote, _INTERRUPTING)
    block.at("list", _list, {"alt": ["paragraph", "reference", "blockquote"]})
    block.at("reference", _reference)
    block.before("code", "answer_table", table, {"alt": ["paragraph", "reference"]})
    block.before("fence", "answer_math", math_block, _INTERRUPTING)
    block.before("fence", "answer_details", details, _INTERRUPTING)
    inline.at("text", plain_characters)
    inline.at("link", _link)
    inline.at("image", _image)
    inline.at("emphasis", emphasis)
    inline.at("strikethrough", strikethrough)
    inline.before("escape", "answer_math", math)
    inline.before("html_inline", "answer_tag", html_tag)
    return parser


_PARSER = _build()
