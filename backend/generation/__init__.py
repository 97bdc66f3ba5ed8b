"""Generation: an answer's life on the server: start, append, resume, stop, reap, hand off."""

from backend.generation.schemas import Continue, Regenerate, Run, SendMessage
from backend.generation.service import Generation

__all__ = ["Continue", "Generation", "Regenerate", "Run", "SendMessage"]
