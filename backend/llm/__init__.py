"""Models: what is asked of them, how they answer, and which one is asked."""

from backend.llm.events import (
    VISIBLE,
    Answering,
    Citation,
    Done,
    Event,
    Image,
    Reasoning,
    Retention,
    Sent,
    Text,
    ToolActivity,
    Usage,
)
from backend.llm.model import DataPolicy, LongContext, Model
from backend.llm.port import (
    Adapter,
    ChatRequest,
    FilePart,
    ImagePart,
    Part,
    Search,
    TextPart,
    Turn,
)

__all__ = [
    "VISIBLE",
    "Adapter",
    "Answering",
    "ChatRequest",
    "Citation",
    "DataPolicy",
    "Done",
    "Event",
    "FilePart",
    "Image",
    "ImagePart",
    "LongContext",
    "Model",
    "Part",
    "Reasoning",
    "Retention",
    "Search",
    "Sent",
    "Text",
    "TextPart",
    "ToolActivity",
    "Turn",
    "Usage",
]
