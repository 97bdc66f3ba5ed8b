"""Model choice: the chosen model and its fallbacks."""

from collections.abc import Iterable, Sequence

from backend.errors import (
    ConsentNeeded,
    ConversationStaysHere,
    ImagesNotAvailable,
    ModelCannotRead,
    ModelCannotSearch,
    ModelCannotSee,
    ModelUnknown,
    NoModelFits,
    SearchNotAvailable,
)
from backend.generation.ports import Agreed, OfferedModels
from backend.llm import OWN_PROVIDERS, Model

_CLASSES = ("free", "low", "medium", "high")


def choose_models(
    models: OfferedModels,
    allowed: frozenset[str],
    *,
    wanted: str | None,
    preferred: str | None,
    needs: frozenset[str] = frozenset(),
    agreed: Agreed,
) -> tuple[Model, ...]:
    """The model to ask first, then its fallbacks: most expensive first, none above the first one.

    `allowed` are the price classes of the person's plan. A model that was explicitly `wanted` is
    kept even outside them, so that the refusal names the plan, not the model. `needs` are the
    capabilities that the question requires. `agreed` are the providers that the person has agreed
    to; fallbacks are theirs only.

    Raises:
        ModelUnknown: there is no model of that id here now.
        NoModelFits: no model may be used.
        ModelCannotSee, ModelCannotRead: the wanted model, or all allowed ones, lack a capability.
        ModelCannotSearch: the model wanted cannot.
        SearchNotAvailable: none that may be used can.
        ConsentNeeded: the person has not agreed to the first model's provider.
    """
    if wanted is not None:
        first = models.find(wanted)
        if first is None:
            raise ModelUnknown(model=wanted)
        _check(first, needs)
    else:
        first = _first_allowed(models, allowed, preferred, needs)
    check_consent(first, agreed)
    return (first, *_fallbacks(models, first, allowed, needs, agreed))


def _fallbacks(
    models: OfferedModels,
    first: Model,
    allowed: frozenset[str],
    needs: frozenset[str],
    agreed: Agreed,
) -> Iterable[Model]:
    others = (
        m
        for m in models.active
        if m.id != first.id
        and m.price_class in allowed
        and needs <= m.capabilities
        and _is_agreed(m, agreed)
    )
    return _no_dearer(first, others)


def cheapest_model(models: OfferedModels, allowed: frozenset[str], agreed: Agreed) -> Model | None:
    """The cheapest allowed and agreed model that can write a title."""
    found = [m for m in models.active if m.price_class in allowed and _is_agreed(m, agreed)]
    usable = [m for m in found if not m.simulated] or found
    return min(usable, key=_price, default=None)


class ModelsHere:
    """Those of the offered models that are part of this server."""

    def __init__(self, models: OfferedModels) -> None:
        self._models = models

    @property
    def active(self) -> Sequence[Model]:
        """See OfferedModels."""
        return [model for model in self._models.active if is_here(model)]

    @property
    def default(self) -> Model:
        """See OfferedModels.

        Raises:
            ConversationStaysHere: there is none on this server.
        """
        if not (here := self.active):
            raise ConversationStaysHere
        return here[0]

    def find(self, model_id: str) -> Model | None:
        """See OfferedModels.

        Raises:
            ConversationStaysHere: it is another provider's.
        """
        model = self._models.find(model_id)
        if model is not None and not is_here(model):
            raise ConversationStaysHere
        return model


def is_here(model: Model) -> bool:
    """Whether requests to the model stay on this server."""
    return model.provider in OWN_PROVIDERS


def has_model_here(models: OfferedModels) -> bool:
    """Whether a model of this server can answer."""
    return any(is_here(one) for one in models.active if not one.fails)


def here_or_none(models: OfferedModels, model_id: str | None) -> str | None:
    """The preferred model, if it runs on this server."""
    model = models.find(model_id) if model_id is not None else None
    return model.id if model is not None and is_here(model) else None


def check_consent(model: Model, agreed: Agreed) -> None:
    """Refuse a model whose provider the person has not agreed to.

    Raises:
        ConsentNeeded.
    """
    if not _is_agreed(model, agreed):
        raise ConsentNeeded(provider=model.provider, model=model.name)


def _is_agreed(model: Model, agreed: Agreed) -> bool:
    return model.provider in agreed


def choose_painter(
    painters: Iterable[Model], allowed: frozenset[str], wanted: str | None
) -> tuple[Model, ...]:
    """The image model; an explicitly `wanted` one is kept even outside the plan.

    Raises:
        ImagesNotAvailable: none may be used here.
    """
    found = sorted(painters, key=lambda m: m.simulated)
    fitting = [m for m in found if m.id == wanted] or [m for m in found if m.price_class in allowed]
    if not fitting:
        raise ImagesNotAvailable
    return (fitting[0],)


def _first_allowed(
    models: OfferedModels, allowed: frozenset[str], preferred: str | None, needs: frozenset[str]
) -> Model:
    """The person's model, else the default, else the first with the capabilities."""
    candidates = [models.find(preferred)] if preferred is not None else []
    usable = [
        model
        for model in (*candidates, models.default, *models.active)
        if model is not None and model.price_class in allowed
    ]
    if not usable:
        raise NoModelFits(need="plan")
    for model in usable:
        if needs <= model.capabilities:
            return model
    if "search" in needs:
        raise SearchNotAvailable
    _check(usable[0], needs)
    return usable[0]


def _check(model: Model, needs: frozenset[str]) -> None:
    if "vision" in needs - model.capabilities:
        raise ModelCannotSee(model=model.name)
    if "search" in needs - model.capabilities:
        raise ModelCannotSearch(model=model.name)
    if needs - model.capabilities:
        raise ModelCannotRead(model=model.name)


def _no_dearer(first: Model, others: Iterable[Model]) -> list[Model]:
    limit = _CLASSES.index(first.price_class)
    fitting = [m for m in others if _CLASSES.index(m.price_class) <= limit and not m.simulated]
    return sorted(fitting, key=lambda m: -_CLASSES.index(m.price_class))


def _price(model: Model) -> tuple[int, int]:
    return _CLASSES.index(model.price_class), model.input_price + model.output_price
