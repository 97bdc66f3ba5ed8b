"""Which model is asked: the one that was chosen, and those that may stand in for it."""

from collections.abc import Iterable

from backend.errors import (
    ConsentNeeded,
    ImagesNotAvailable,
    ModelCannotRead,
    ModelCannotSearch,
    ModelCannotSee,
    ModelUnknown,
    NoModelFits,
    SearchNotAvailable,
)
from backend.generation.ports import Models
from backend.llm import Model

_CLASSES = ("free", "low", "medium", "high")


def choose(
    models: Models,
    allowed: frozenset[str],
    *,
    wanted: str | None,
    preferred: str | None,
    needs: frozenset[str] = frozenset(),
    agreed: frozenset[str] | None = None,
) -> tuple[Model, ...]:
    """The model to ask first, then its stand-ins, dearest first, none dearer than it.

    `allowed` are the price classes of the person's plan. A model that was `wanted` in so many
    words is kept even outside them, so that the refusal names the plan, not the model. `needs`
    are capabilities without which the question makes no sense. `agreed` are the providers that
    the person's words may go to, None all: nobody else stands in.

    Raises:
        ModelUnknown: there is no model of that id here now.
        NoModelFits: no model at all may be used.
        ModelCannotSee, ModelCannotRead: the model wanted, or all that may be used, lack a need.
        ModelCannotSearch: the model wanted cannot.
        SearchNotAvailable: none that may be used can.
        ConsentNeeded: the model to ask first is a provider's that was not agreed to.
    """
    if wanted is not None:
        first = models.find(wanted)
        if first is None:
            raise ModelUnknown(model=wanted)
        _check(first, needs)
    else:
        first = _first_allowed(models, allowed, preferred, needs)
    check_consent(first, agreed)
    others = (
        m
        for m in models.active
        if m.id != first.id
        and m.price_class in allowed
        and needs <= m.capabilities
        and _is_agreed(m, agreed)
    )
    return (first, *_no_dearer(first, others))


def cheapest(
    models: Models, allowed: frozenset[str], agreed: frozenset[str] | None = None
) -> Model | None:
    """The cheapest model of the plan, of those agreed to, that can write a title."""
    found = [m for m in models.active if m.price_class in allowed and _is_agreed(m, agreed)]
    usable = [m for m in found if not m.simulated] or found
    return min(usable, key=_price, default=None)


def check_consent(model: Model, agreed: frozenset[str] | None) -> None:
    """Refuse a model whose provider the person has not agreed to.

    Raises:
        ConsentNeeded.
    """
    if not _is_agreed(model, agreed):
        raise ConsentNeeded(provider=model.provider, model=model.name)


def _is_agreed(model: Model, agreed: frozenset[str] | None) -> bool:
    return agreed is None or model.provider in agreed


def choose_painter(
    painters: Iterable[Model], allowed: frozenset[str], wanted: str | None
) -> tuple[Model, ...]:
    """The model that makes the picture; one that was `wanted` is kept even outside the plan.

    Raises:
        ImagesNotAvailable: none may be used here.
    """
    found = sorted(painters, key=lambda m: m.simulated)
    fitting = [m for m in found if m.id == wanted] or [m for m in found if m.price_class in allowed]
    if not fitting:
        raise ImagesNotAvailable
    return (fitting[0],)


def _first_allowed(
    models: Models, allowed: frozenset[str], preferred: str | None, needs: frozenset[str]
) -> Model:
    """The person's, else the default, else the first that can do what is needed."""
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
