"""/api/models: the models, their prices and their providers' data policies."""

from collections.abc import Sequence
from typing import Protocol

from litestar import get

from backend.db import Database
from backend.features import FeatureName, Features
from backend.i18n import Translator, translator
from backend.identity import Principal
from backend.llm import OWN_PROVIDERS, Model
from backend.llm.adapters import Transcriber
from backend.metering import quota
from backend.web.api.wire import Shown
from backend.web.auth import Clock
from backend.web.parts import Part


class Models(Protocol):
    """The models of the catalog that are offered."""

    @property
    def active(self) -> Sequence[Model]:
        """The models that can be used now, best first."""
        ...

    @property
    def painters(self) -> Sequence[Model]:
        """The models that generate images."""
        ...

    @property
    def transcriber(self) -> Transcriber | None:
        """The model that transcribes speech."""
        ...

    @property
    def default(self) -> Model:
        """The model for people who have chosen none."""
        ...


class PolicyShown(Shown, frozen=True):
    """The provider's data policy; null is unknown."""

    region: str | None
    retention_days: int | None
    trains: bool | None


class ModelShown(Shown, frozen=True):
    """One model. `allowed` by the person's plan now. `small` marks the demonstration model; `note`
    explains it. `here`: it runs on this server. One that `fails` simulates failures, for
    testing."""

    id: str
    name: str
    provider: str
    capabilities: list[str]
    price_class: str
    context_tokens: int
    allowed: bool
    small: bool
    simulated: bool
    fails: bool
    note: str | None
    here: bool
    policy: PolicyShown


class ModelsShown(Shown, frozen=True):
    """All models, best first. `images`: there are models that generate pictures (task `image`).
    `speech`: speech can be transcribed. `features` are the enabled features."""

    items: list[ModelShown]
    default_id: str
    images: bool
    speech: bool
    features: list[FeatureName]


@get("/models", tags=["Models"], summary="The models that can answer")
async def list_models(
    principal: Part[Principal],
    models: Part[Models],
    database: Part[Database],
    clock: Part[Clock],
    features: Part[Features],
) -> ModelsShown:
    """Every active model and whether the person's plan allows it."""
    async with database.snapshot() as db:
        allowed = await quota.allowed_models(db, principal.user_id, clock())
    t = translator(principal.language)
    items = [
        show_model(model, model.price_class in allowed.model_classes, t) for model in models.active
    ]
    return ModelsShown(
        items=items,
        default_id=models.default.id,
        images=bool(models.painters),
        speech=models.transcriber is not None,
        features=list(features.on),
    )


def show_model(model: Model, allowed: bool, t: Translator) -> ModelShown:
    """A model as the API writes it; a note that is a catalogue key is translated."""
    return ModelShown(
        id=model.id,
        name=model.name,
        provider=model.provider,
        capabilities=sorted(model.capabilities),
        price_class=model.price_class,
        context_tokens=model.context_tokens,
        allowed=allowed,
        small=model.small,
        simulated=model.simulated,
        fails=model.fails,
        note=t(model.note) if model.note else None,
        here=model.provider in OWN_PROVIDERS,
        policy=PolicyShown(
            region=model.policy.region,
            retention_days=model.policy.retention_days,
            trains=model.policy.trains,
        ),
    )


handlers = [list_models]
