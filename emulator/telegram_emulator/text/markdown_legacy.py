"""parse_mode Markdown, the legacy one (core.telegram.org/bots/api#markdown-style): entities do not
nest. After `parse_markdown` in TDLib's MessageEntity.cpp."""

from telegram_emulator.text.builder import BotApi, Builder, TextError
from telegram_emulator.text.html import link

MARKS = "_*`["


def parse_legacy_markdown(source: str) -> tuple[str, list[BotApi]]:
    """The text and entities of a Markdown message.

    Raises:
        TextError: with Telegram's words.
    """
    out = Builder()
    at = 0
    while at < len(source):
        character = source[at]
        if character == "\\" and source[at + 1 : at + 2] and source[at + 1] in MARKS:
            out.write(source[at + 1])
            at += 2
        elif character in MARKS:
            at = _entity(source, at, out)
        else:
            out.write(character)
            at += 1
    return out.result()


def _entity(source: str, start: int, out: Builder) -> int:
    """Write the entity that begins at `start`; returns where the text after it begins."""
    mark = "```" if source.startswith("```", start) else source[start]
    closing = "]" if mark == "[" else mark
    begin = start + len(mark)
    end = source.find(closing, begin)
    if end < 0:
        offset = len(source[:start].encode())
        raise TextError(f"Can't find end of the entity starting at byte offset {offset}")
    text, after = source[begin:end], end + len(closing)
    offset = out.length
    if mark == "```":
        return _block(text, after, out)
    out.write(text)
    if mark == "[":
        return _link(source, text, after, out, offset)
    out.mark(offset, {"type": {"_": "italic", "*": "bold", "`": "code"}[mark]})
    return after


def _block(text: str, after: int, out: Builder) -> int:
    entity: BotApi = {"type": "pre"}
    first, newline, rest = text.partition("\n")
    if newline and first and not any(character.isspace() for character in first):
        entity["language"] = first
    start = out.length
    out.write(rest if newline and ("language" in entity or not first) else text)
    out.mark(start, entity)
    return after


def _link(source: str, text: str, after: int, out: Builder, start: int) -> int:
    url = text
    if source.startswith("(", after):
        end = source.find(")", after)
        end = len(source) if end < 0 else end
        url, after = source[after + 1 : end], end + 1
    if entity := link(url):
        out.mark(start, entity)
    return after
