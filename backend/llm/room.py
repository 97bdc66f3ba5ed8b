"""Composes the room of models: catalog, adapters, router, local model, simulation."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

import structlog
from msgspec.structs import replace

from backend.errors import LocalModelFailed, SettingsInvalid
from backend.features import Features
from backend.llm.adapters.image_generation import ImageGeneration
from backend.llm.adapters.moderation import ModerationEndpoint
from backend.llm.adapters.registry import make_adapter
from backend.llm.adapters.speaking import SPEAKERS, Speaker, TextToSpeech
from backend.llm.adapters.transcription import SERVICES, SpeechToText, Transcriber
from backend.llm.catalog.catalog import Catalog, key_of
from backend.llm.catalog.discovery import discover
from backend.llm.http.client import Http
from backend.llm.local.local_server import LocalModel, LocalServer
from backend.llm.local.model_file import fetch_model, is_fetched, model_path
from backend.llm.model import Model, Provider
from backend.llm.port import Adapter
from backend.llm.router import Router
from backend.llm.simulation.mock_provider import MockProvider
from backend.nursery import Nursery
from backend.settings import Settings

log = structlog.get_logger("tanya.llm")

DISCOVERY_SECONDS: Final = 300.0
"""How often a provider is asked for its models: the operator's server may start after Tanya."""
SIMULATION_PACE: Final = 0.03
"""Seconds between the simulation's words, about a model's speed."""


class ModelRoom:
    """Everything about models that the other rooms use.

    Building it only reads the catalog.
    """

    def __init__(
        self, settings: Settings, clock: Callable[[], datetime], features: Features
    ) -> None:
        self._settings = settings
        self._clock = clock
        self.catalog = Catalog.load(settings)
        self._models = self.catalog.active(settings)
        self.http = Http(settings.https_proxy)
        self._adapters: dict[str, Adapter] = {}
        self.router = Router(self._adapters)
        self._painters: dict[str, Adapter] = {}
        self.painter_router = Router(self._painters)
        self._features = features
        self._transcriber = _transcriber(self.http, self.catalog, settings)
        self._speaker = _speaker(self.http, self.catalog, settings)
        self.moderation = _moderation(self.http, self.catalog, settings)
        """The endpoint that judges texts; None if the settings name none that can be asked."""
        self._local: LocalServer | None = None
        self.simulation: MockProvider | None = None
        _check_local_path(settings)

    @property
    def active(self) -> Sequence[Model]:
        """The models that can be asked now, best first."""
        return self._models.active

    @property
    def painters(self) -> Sequence[Model]:
        """The models that make images; none where the operator wants no pictures."""
        return self._models.painters if self._features.is_on("pictures") else ()

    @property
    def transcriber(self) -> Transcriber | None:
        """What turns speech into text; none where the operator wants no voice."""
        return self._transcriber if self._features.is_on("voice") else None

    @property
    def speaker(self) -> Speaker | None:
        """What turns text into speech; None where the operator wants no voice."""
        return self._speaker if self._features.is_on("voice") else None

    @property
    def default(self) -> Model:
        """The one for people who have chosen none."""
        return self._models.default

    def find(self, model_id: str) -> Model | None:
        """The active model with this id."""
        return self._models.find(model_id)

    def switch_off(self, ids: frozenset[str]) -> None:
        """Offer all models but these."""
        self._models.switch_off(ids)

    @property
    def can_answer(self) -> bool:
        """Whether any model can be asked now, for readiness.

        False when no provider is configured, all of them are failing, or the local model, being
        the only one, could not be loaded.
        """
        local_failed = self._local is not None and self._local.failed and not self._local.loading
        return any(
            self.router.can_ask(model) and not (model.provider == "local" and local_failed)
            for model in self.active
        )

    def providers(self) -> Sequence[Provider]:
        """The providers that can be asked, in the catalog's order."""
        return self.catalog.active_providers(self._settings)

    async def start(self, nursery: Nursery) -> None:
        """Open what needs a running loop; slow parts continue in the nursery."""
        await self.http.open()
        for provider in self.catalog.active_providers(self._settings):
            if provider.id == "local":
                self._start_local(provider, nursery)
            elif provider.id == "simulation":
                self.simulation = await MockProvider(pace=SIMULATION_PACE).start()
                there = replace(provider, base_url=self.simulation.base_url)
                self._adapters[provider.id] = make_adapter(self.http, there, "")
                self._painters[provider.id] = _simulated_painter()
            else:
                key = key_of(provider, self._settings)
                self._adapters[provider.id] = make_adapter(self.http, provider, key)
                self._painters[provider.id] = ImageGeneration(self.http, provider, key)
                if provider.discover:
                    nursery.repeat(
                        partial(self._discover, provider, key),
                        name=f"models_{provider.id}",
                        every=DISCOVERY_SECONDS,
                        jitter=0.1,
                    )

    async def close(self) -> None:
        """Close everything; within about a second."""
        if self._local is not None:
            await self._local.close()
        if self.simulation is not None:
            await self.simulation.close()
        await self.http.close()

    def _start_local(self, provider: Provider, nursery: Nursery) -> None:
        path = self._local_path()
        if path is None:
            self._models.drop(provider.id)
            return
        self._local = LocalServer(path)
        self._adapters[provider.id] = LocalModel(self.http, provider, self._local)
        if self._settings.local_model_path and (model := self._models.find("local")) is not None:
            own = replace(model, name=f"{path.stem} (local)", small=False, questions=(), note=None)
            self._models.put(own)
        nursery.start_task(self._warm(self._local), name="local_model")

    def _local_path(self) -> Path | None:
        """The local model's file, downloaded if `make run` has not; None without one."""
        settings = self._settings
        if settings.local_model_path:
            return Path(settings.local_model_path).expanduser()
        try:
            if settings.local or is_fetched(settings.data_dir):
                return fetch_model(settings.data_dir)
            raise LocalModelFailed(reason=f"{model_path(settings.data_dir)} is not there")
        except LocalModelFailed as error:
            log.warning("local_model_missing", reason=error.details["reason"])
            return None

    async def _warm(self, server: LocalServer) -> None:
        """Load the model before the first question."""
        try:
            await server.base_url()
        except (LocalModelFailed, TimeoutError) as error:
            log.warning("local_model_failed", reason=str(error))

    async def _discover(self, provider: Provider, key: str) -> None:
        """Ask the provider for its list; if that fails, the last list stays."""
        if (models := await discover(self.http, provider, key)) is not None:
            self._models.set_listed(provider.id, models)


def _transcriber(http: Http, catalog: Catalog, settings: Settings) -> Transcriber | None:
    """The transcriber; None if no provider with a key has one."""
    for service in SERVICES:
        provider = catalog.providers.get(service.provider)
        if provider is not None and (key := key_of(provider, settings)):
            at = replace(service, base_url=provider.base_url)
            return SpeechToText(http, at, key)
    return None


def _speaker(http: Http, catalog: Catalog, settings: Settings) -> Speaker | None:
    """Who speaks; None if no provider with a key does."""
    for service in SPEAKERS:
        provider = catalog.providers.get(service.provider)
        if provider is not None and (key := key_of(provider, settings)):
            return TextToSpeech(http, replace(service, base_url=provider.base_url), key)
    return None


def _moderation(http: Http, catalog: Catalog, settings: Settings) -> ModerationEndpoint | None:
    active = {one.id: one for one in catalog.active_providers(settings)}
    if (
        settings.moderation != "provider"
        or (provider := active.get(settings.moderation_provider)) is None
    ):
        return None
    return ModerationEndpoint(
        http,
        provider,
        key_of(provider, settings),
        settings.moderation_model,
        price=int((settings.moderation_price_dollars or 0) * 1_000_000),
        sees=settings.moderation_pictures,
    )


def _simulated_painter() -> Adapter:
    from backend.llm.simulation.simulated_painter import (
        SimulatedPainter,  # its library is slow to load
    )

    return SimulatedPainter()


def _check_local_path(settings: Settings) -> None:
    path = settings.local_model_path
    if settings.local_model_enabled and path and not Path(path).expanduser().is_file():
        raise SettingsInvalid(name="LOCAL_MODEL_PATH", reason="is not a file that can be read")
