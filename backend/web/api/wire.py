"""The base of everything that travels: camelCase, and unknown fields are refused."""

import msgspec


class Received(
    msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True, kw_only=True
):
    """A request's body."""


class Shown(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """A response's body."""
