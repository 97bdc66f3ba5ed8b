"""Temporary joint until the catalog is there: the local model alone."""

from collections.abc import AsyncGenerator, Callable, Sequence
from datetime import datetime

from msgspec.structs import replace

from backend.llm.events import Answering, Event
from backend.llm.http import Http
from backend.llm.local_server import LocalModel, LocalServer
from backend.llm.model import Model, Provider
from backend.llm.model_file import fetch_model
from backend.llm.port import ChatRequest
from backend.nursery import Nursery
from backend.settings import Settings

LOCAL = Model(
    id="local", provider="local", wire_name="local", name="Small local model",
    context_tokens=8192, max_output_tokens=1024, small=True, price_known=True,
)  # fmt: skip


class ModelRoom:
    def __init__(self, settings: Settings, clock: Callable[[], datetime]) -> None:
        self.active: Sequence[Model] = (LOCAL,)
        self.default = LOCAL
        self.router = self
        self._settings = settings

    def find(self, model_id: str) -> Model | None:
        return LOCAL if model_id == "local" else None

    async def start(self, nursery: Nursery) -> None:
        self._http = Http()
        await self._http.open()
        self._server = LocalServer(fetch_model(self._settings.data_dir))
        provider = Provider(
            id="local", name="This machine", adapter="chat_completions", base_url=""
        )
        self._adapter = LocalModel(self._http, provider, self._server)

    async def close(self) -> None:
        await self._server.close()
        await self._http.close()

    async def stream(
        self, request: ChatRequest, choices: Sequence[Model]
    ) -> AsyncGenerator[Sequence[Event], None]:
        yield (Answering("local", LOCAL.name, fallback=False),)
        stream = self._adapter.stream(replace(request, model=choices[0]))
        try:
            async for batch in stream:
                yield batch
        finally:
            await stream.aclose()
