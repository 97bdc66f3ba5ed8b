"""Wire protocols, one file each, and their shared code."""

from backend.llm.adapters.moderation import Flagged
from backend.llm.adapters.speaking import MOST_CHARACTERS, BeforeSend, Speaker, Spoken
from backend.llm.adapters.transcription import Recording, Transcriber, Transcript

__all__ = [
    "MOST_CHARACTERS",
    "BeforeSend",
    "Flagged",
    "Recording",
    "Speaker",
    "Spoken",
    "Transcriber",
    "Transcript",
]
