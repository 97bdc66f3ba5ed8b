"""The base of request and response bodies: camelCase, unknown fields refused."""

import msgspec


class Received(
    msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True, kw_only=True
):
    """A request's body."""


class Shown(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """A response's body."""
