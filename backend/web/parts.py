"""Dependency injection: a handler takes a part by the parameter's name, as `Part[Database]`."""

from typing import TypeAlias, TypeVar

from litestar import Litestar
from litestar.di import NamedDependency
from litestar.params import SkipValidation
from litestar.routes import HTTPRoute

T = TypeVar("T")

# container.py made it, so it is not validated at every request, and a Protocol cannot be.
Part: TypeAlias = NamedDependency[SkipValidation[T]]


def resolve_sequentially(app: Litestar) -> None:
    """Resolve handlers' parts sequentially.

    Litestar starts a task for each that could be resolved concurrently. Ours need no waiting: the
    tasks were a third of a request's cost before its handler, and two more loop turns.
    """
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            for _, model in route.route_handler_map.values():
                batches = model.dependency_batches
                model.dependency_batches = [{one} for batch in batches for one in batch]
