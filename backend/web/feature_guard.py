"""Answers for what an operator has switched off."""

from typing import Any

from backend.errors import FeatureOff


def refuse_feature(_connection: Any, _handler: Any) -> None:
    """A guard of Litestar's for all of a feature's routes. Raises FeatureOff."""
    raise FeatureOff
