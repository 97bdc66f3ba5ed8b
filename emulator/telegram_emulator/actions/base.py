"""Base types of actions and their results."""

from typing import Annotated

import msgspec

Count = Annotated[int, msgspec.Meta(ge=1, le=1000)]
"""How a fault affects an update."""


class Action(
    msgspec.Struct, frozen=True, rename="camel", tag_field="type", forbid_unknown_fields=True
):
    """Base of the union."""


class Result(msgspec.Struct, frozen=True, rename="camel", tag_field="type"):
    """Base of actions' results."""
