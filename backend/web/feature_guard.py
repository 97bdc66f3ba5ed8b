"""Answers for what an operator has switched off."""

from collections.abc import Callable, Mapping
from typing import Any

from backend.errors import FeatureOff
from backend.features import FeatureName


def require_feature(parts: Mapping[str, Any], name: FeatureName) -> Callable[[Any, Any], None]:
    """A guard of Litestar's for all of a feature's routes; asks `parts["features"]` at each
    request."""

    def guard(_connection: Any, _handler: Any) -> None:
        """Raises FeatureOff."""
        if not parts["features"].is_on(name):
            raise FeatureOff

    return guard
