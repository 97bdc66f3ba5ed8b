"""Normalises a conversation for any provider: no empty turns, no two of one role in a row.

Stopped and failed answers leave such turns, and several providers refuse them.
"""

import base64
from collections.abc import Sequence

from backend.llm.port import FilePart, ImagePart, Part, PromptTurn, TextPart


def sendable(turns: Sequence[PromptTurn]) -> list[PromptTurn]:
    """The turns to send, neighbours of one role joined, empty ones left out."""
    joined: list[PromptTurn] = []
    for turn in turns:
        parts = tuple(part for part in turn.parts if not _is_empty(part))
        if not parts:
            continue
        if joined and joined[-1].role == turn.role:
            joined[-1] = PromptTurn(turn.role, joined[-1].parts + parts)
        else:
            joined.append(PromptTurn(turn.role, parts))
    return joined


def only_text(turn: PromptTurn) -> str | None:
    """The turn's text, if text is all it holds."""
    return turn.text if all(isinstance(part, TextPart) for part in turn.parts) else None


def data_uri(part: ImagePart | FilePart) -> str:
    """The part's bytes as a data URI."""
    return f"data:{part.media_type};base64,{base64_text(part)}"


def base64_text(part: ImagePart | FilePart) -> str:
    """The part's bytes in base64."""
    return base64.b64encode(part.data).decode("ascii")


def _is_empty(part: Part) -> bool:
    return isinstance(part, TextPart) and not part.text.strip()
