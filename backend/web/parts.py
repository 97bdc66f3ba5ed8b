"""How a handler asks for a part of the house: by the parameter's name, as `Part[Database]`."""

from typing import TypeAlias, TypeVar

from litestar import Litestar
from litestar.di import NamedDependency
from litestar.params import SkipValidation
from litestar.routes import HTTPRoute

T = TypeVar("T")

# app.py made it, so it need not be checked again at every request; and a Protocol cannot be.
Part: TypeAlias = NamedDependency[SkipValidation[T]]


def give_in_turn(app: Litestar) -> None:
    """Give handlers their parts one after the other.

    Litestar starts a task for each one that could be given at the same time as others, and waits
    for them all. Ours are there already: the tasks were a third of what a request costs before
    its handler runs, and on a busy loop two more turns to wait for.
    """
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            for _, model in route.route_handler_map.values():
                batches = model.dependency_batches
                model.dependency_batches = [{one} for batch in batches for one in batch]
