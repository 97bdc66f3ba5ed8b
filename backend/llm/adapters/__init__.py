"""Wire protocols, one file each, and their shared code."""

from backend.llm.adapters.moderation import Flagged
from backend.llm.adapters.transcription import Recording, Transcriber, Transcript

__all__ = [
    "Flagged",
    "Recording",
    "Transcriber",
    "Transcript",
]
