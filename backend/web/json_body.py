"""JSON bodies, decoded strictly and directly into the type of a handler's `data`.

Litestar decodes to plain values first and converts them together with the dependencies. Invalid
UTF-8 and deep nesting then cause server errors, as does an error at a key named like a dependency,
and "true" passes for true.
"""

import re
from functools import lru_cache
from typing import Any, Final

import msgspec
from litestar import Request

from backend.errors import InvalidField, MalformedBody

# msgspec: "Object contains unknown field `x`", "Expected `int`, got `str` - at `$.x`".
_FIELD: Final = re.compile(r"(?:unknown field `|required field `|at `\$\.)([\w.\[\]]{1,60})`")


INVALID_BODY: Final = "invalid_body"
"""The key in a request's state under which a body's error waits."""


class StrictRequest(Request[Any, Any, Any]):
    """A request whose JSON body is decoded by `decode_body`.

    Invalid JSON is refused at once. Invalid values are reported only to callers with a session, but
    Litestar decodes bodies before authentication. So the error is kept in the request's state, and
    the placeholder returned for the body is refused when the handler's arguments are validated.
    """

    async def json(self) -> Any:
        """The body as the handler's `data`; as plain values where it takes none."""
        data = self.route_handler.parsed_fn_signature.parameters.get("data")
        try:
            return decode_body(await self.body(), data.annotation if data else Any)
        except InvalidField as error:
            self.scope["state"][INVALID_BODY] = error
            return error


def decode_body(body: bytes, kind: Any) -> Any:
    """A JSON body as a value of `kind`.

    Raises:
        InvalidField: it is JSON, and a value in it is not allowed.
        MalformedBody: it is no JSON, is no UTF-8, or is nested too deeply.
    """
    try:
        return _decoder(kind).decode(body)
    except msgspec.ValidationError as error:
        if kind is not Any:
            decode_body(body, Any)  # invalid JSON further on takes precedence
        raise InvalidField(field=named_field(str(error)) or "body") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise MalformedBody() from None


def named_field(message: str) -> str | None:
    """The field that one of msgspec's messages names; never its value."""
    found = _FIELD.search(message)
    return found[1] if found else None


@lru_cache
def _decoder(kind: Any) -> "msgspec.json.Decoder[Any]":
    return msgspec.json.Decoder(kind)
