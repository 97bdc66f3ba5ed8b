"""A conversation as Markdown, for reading: no program needs it again."""

from backend.conversations import Conversation, Message
from backend.files import display_name

_SPEAKERS = {"user": "You", "assistant": "Tanya"}


def markdown_name(head: Conversation) -> str:
    """The page's path in the ZIP: by day and title, made unique by the id."""
    title = display_name(head.title or "", "Untitled")[:60].rstrip(". ")
    return f"read/{head.created_at:%Y-%m-%d} {title} {head.id.hex[-8:]}.md"


def heading(head: Conversation) -> str:
    """The page's first lines."""
    title = " ".join((head.title or "Untitled").split())
    return f"# {title}\n\n{head.created_at:%Y-%m-%d %H:%M} UTC\n"


def paragraph(message: Message) -> str:
    """A message with its sources. Other branches are sorted in by time."""
    head = f"{_SPEAKERS[message.role]}, {message.created_at:%Y-%m-%d %H:%M}"
    said = f"\n## {head}\n\n{message.text}\n"
    sources = "".join(f"- {one.title or one.url}: <{one.url}>\n" for one in message.citations)
    return said + (f"\n{sources}" if sources else "")
