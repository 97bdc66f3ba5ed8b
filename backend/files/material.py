"""Chooses which files are sent to a model, in which form, and marks their text.

The newest have priority within the limit. Text of files and pages is marked as material by llm's
template, as the system prompt explains.
"""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from backend.files.schemas import File, Form, Wanted
from backend.llm import BYTES_PER_TOKEN, IMAGE_TOKENS, FilePart, ImagePart, Model, Part, TextPart
from backend.llm.prompts import prompting

MAX_IMAGES: Final = 10
MAX_CONTENT: Final = 24 * 1024 * 1024
"""The most pictures and bytes of one request; older ones are sent as text or only mentioned."""
FRAME_TOKENS: Final = 60
"""Tokens of the frame around a text."""
PAGE_TOKENS: Final = 1_500
"""What a page of a PDF may cost at a provider that reads it, as picture and text."""
SHARE_PERCENT: Final = 60
"""The share of a model's room that the files of one message get."""


_TEMPLATES: Final = {"text": "material", "mention": "unseen"}


class Planner:
    """Plans the files of one request, newest message first."""

    def __init__(self, model: Model, room: int) -> None:
        self._model = model
        self._share = max(0, room) * SHARE_PERCENT // 100
        self._images = MAX_IMAGES
        self._content = MAX_CONTENT

    def plan(
        self, message_id: UUID, attached: Sequence[File], left: int
    ) -> tuple[tuple[Wanted, ...], int]:
        """How the files of a message are sent, and their cost in tokens, at most `left`."""
        share = max(0, min(self._share, left) // max(1, len(attached)) - FRAME_TOKENS)
        planned: list[Wanted] = []
        tokens = 0
        for number, file in enumerate(attached, 1):
            form, cost = self._form(file, share)
            planned.append(Wanted(message_id, file, form, number, share))
            tokens += cost
        return tuple(planned), tokens

    def _form(self, file: File, share: int) -> tuple[Form, int]:
        sees, reads = ("vision" in self._model.capabilities, "files" in self._model.capabilities)
        if file.kind == "image":
            if sees and self._images > 0 and share >= IMAGE_TOKENS and self._take(file):
                self._images -= 1
                return "image", IMAGE_TOKENS + FRAME_TOKENS
        elif file.kind == "pdf" and reads:
            cost = max(file.text_tokens, (file.details.pages or 1) * PAGE_TOKENS)
            if cost <= share and self._take(file):
                return "file", cost + FRAME_TOKENS
        if file.text_tokens and share > 0:
            return "text", min(file.text_tokens, share) + FRAME_TOKENS
        return "mention", FRAME_TOKENS

    def _take(self, file: File) -> bool:
        if file.size > self._content:
            return False
        self._content -= file.size
        return True


def parts(wanted: Wanted, text: str, content: bytes) -> tuple[Part, ...]:
    """The parts of one file for the model."""
    file, number = wanted.file, wanted.number
    match wanted.form:
        case "image":
            # The person's own text follows it; a number distinguishes several files.
            return TextPart(f"[Picture {number}]"), ImagePart(file.media_type, content)
        case "file":
            return (FilePart(f"file-{number}.pdf", file.media_type, content),)
        case "text":
            return (TextPart(marked(wanted, text)),)
        case _:
            return (TextPart(prompting.unseen(_what(file), number=number).text),)


def prompts_of(materials: Sequence[Wanted]) -> tuple[str, ...]:
    """The templates for files with their versions, such as `material@2`."""
    used = dict.fromkeys(_TEMPLATES[one.form] for one in materials if one.form in _TEMPLATES)
    return tuple(prompting.version(name) for name in used)


def marked(wanted: Wanted, text: str) -> str:
    """Text marked as untrusted material, shortened to the available room."""
    file = wanted.file
    shown = clipped(text, wanted.max_tokens)
    page = file.kind == "page"
    return prompting.material(
        shown,
        kind=_what(file),
        number=wanted.number,
        source=(file.details.url or "") if page else "",
        title=file.details.name if page else "",
        cut=len(shown) < len(text) or file.details.truncated,
    ).text


def clipped(text: str, tokens: int) -> str:
    """The beginning of a text that costs at most this many tokens."""
    limit = tokens * BYTES_PER_TOKEN
    encoded = text.encode()
    return text if len(encoded) <= limit else encoded[:limit].decode("utf-8", "ignore")


def _what(file: File) -> str:
    """A file's description for the model: without its name, which is private; with a web page's
    title."""
    match file.kind:
        case "page":
            return "a web page"
        case "pdf":
            return "a PDF"
        case "document":
            return "a document"
        case "audio":
            return "what is said in a recording"
        case "image":
            return "a picture"
        case _:
            return "a text file"
