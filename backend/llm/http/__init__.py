"""HTTP to providers: a small client over asyncio (decision 0005)."""

from backend.llm.http.client import Http
from backend.llm.http.wire import Budgets

__all__ = [
    "Budgets",
    "Http",
]
