"""The local model: its file, its server and the server's process."""

from backend.llm.local.model_file import fetch_model, is_fetched

__all__ = [
    "fetch_model",
    "is_fetched",
]
