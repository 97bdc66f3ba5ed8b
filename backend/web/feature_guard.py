"""Answers for what an operator has switched off."""

from collections.abc import Callable
from typing import Any

from backend.errors import FeatureOff
from backend.features import FeatureName, Features


def require_feature(features: Features, name: FeatureName) -> Callable[[Any, Any], None]:
    """A guard of Litestar's for all of a feature's routes, asked at each request."""

    def guard(_connection: Any, _handler: Any) -> None:
        """Raises FeatureOff."""
        if not features.is_on(name):
            raise FeatureOff

    return guard
