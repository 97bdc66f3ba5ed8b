"""The OpenAPI document: at /openapi/openapi.json, and printed by `tanya openapi`."""

from collections.abc import Iterator
from typing import Any

from litestar import Litestar, Request, Router
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import (
    Components,
    Example,
    OpenAPI,
    OpenAPIMediaType,
    OpenAPIResponse,
    OpenAPIType,
    Operation,
    Reference,
    Schema,
    SecurityScheme,
)
from litestar.routes import HTTPRoute

from backend import __version__
from backend.errors import NotFound, NotSignedIn, TanyaError
from backend.i18n import FALLBACK, translator
from backend.web.problems import PROBLEM_JSON, problem_body

DESCRIPTION = """The Mini App's API.

Errors are RFC 9457 problem details: `code` is stable, `title` and `detail` are in the person's
language. Unknown fields are refused. Moments are ISO 8601, UTC.
"""
PROBLEM = "Problem"
RETRYABLE_CODE = "RetryableCode"
ANYWHERE = frozenset({400, 404, 408, 414, 429, 431, 500, 503})
"""Statuses that even operations without session and body return."""
METHODS = ("get", "post", "put", "patch", "delete")


def openapi_config(*, is_open: bool) -> OpenAPIConfig:
    """Litestar's OpenAPI configuration, and whether the document is public."""
    scheme = SecurityScheme(
        type="http", scheme="bearer", description="The token of POST /api/session"
    )
    return OpenAPIConfig(
        title="Tanya",
        version=__version__,
        openapi_router=Router(
            "/openapi",
            route_handlers=[],
            guards=[] if is_open else [refuse_document],
            include_in_schema=False,
        ),
        description=DESCRIPTION,
        use_handler_docstrings=True,
        components=Components(security_schemes={"session": scheme}),
        security=[{"session": []}],
        render_plugins=[CompletedJson()],
    )


def refuse_document(_: ASGIConnection[Any, Any, Any, Any], __: BaseRouteHandler) -> None:
    """A guard for servers that do not publish the document.

    Raises:
        NotFound: always.
    """
    raise NotFound()


class CompletedJson(JsonRenderPlugin):
    """Serves the completed document. It is made at the first request, since making it takes a fifth
    of a server's start."""

    def __init__(self) -> None:
        super().__init__()
        self._document = b""

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        """Litestar's own form, `openapi_schema`, lacks what `completed` adds."""
        self._document = self._document or self.render_json(request, completed(request.app))
        return self._document


def completed(app: Litestar) -> dict[str, Any]:
    """The document, with what Litestar cannot infer from the handlers."""
    _describe_sessions(app)
    _describe_problems(app)
    return app.openapi_schema.to_schema()


def _describe_sessions(app: Litestar) -> None:
    """An operation needs a session if its handler takes the principal."""
    for route in app.routes:
        if not isinstance(route, HTTPRoute):
            continue
        item = (app.openapi_schema.paths or {}).get(route.path_format)
        for method, (handler, _) in route.route_handler_map.items():
            operation = getattr(item, method.lower(), None)
            if operation and "principal" not in handler.parsed_fn_signature.parameters:
                operation.security = []


def _describe_problems(app: Litestar) -> None:
    """Add to every operation the statuses and codes of its errors."""
    document = app.openapi_schema
    document.components = document.components or Components()
    document.components.schemas = (document.components.schemas or {}) | {
        PROBLEM: problem_schema(),
        RETRYABLE_CODE: retryable_schema(),
    }
    kinds = _kinds_by_status()
    document.components.responses = {
        f"{PROBLEM}{status}": _problem_response(status, some) for status, some in kinds.items()
    }
    for operation in _operations(document):
        # Litestar documents a schema for validation errors that is not ours.
        responses = {c: one for c, one in (operation.responses or {}).items() if c != "400"}
        for status in kinds:
            if _may_answer(operation, status):
                name = f"#/components/responses/{PROBLEM}{status}"
                responses.setdefault(str(status), Reference(ref=name))
        operation.responses = responses


def _may_answer(operation: Operation, status: int) -> bool:
    """Leaves out what the operation's own form rules out."""
    if status == 405:
        return False  # of another method
    if status in (413, 415):
        return operation.request_body is not None
    is_plain = operation.security == [] and operation.request_body is None
    return not is_plain or status in ANYWHERE


def _kinds_by_status() -> dict[int, list[type[TanyaError]]]:
    found: dict[int, list[type[TanyaError]]] = {}
    for kind in sorted(set(_kinds(TanyaError)), key=lambda kind: (kind.status, kind.code)):
        found.setdefault(kind.status, []).append(kind)
    return found


def _problem_response(status: int, kinds: list[type[TanyaError]]) -> OpenAPIResponse:
    listed = sorted({kind.code for kind in kinds})
    examples: dict[str, Example | Reference] = {}
    if status == NotSignedIn.status:
        examples["not_signed_in"] = Example(value=_example())
    reference = Schema(
        all_of=[
            Reference(ref=f"#/components/schemas/{PROBLEM}"),
            Schema(properties={"code": Schema(type=OpenAPIType.STRING, enum=listed)}),
        ]
    )
    return OpenAPIResponse(
        description=f"A problem; its `code` says which: {', '.join(listed)}",
        content={PROBLEM_JSON: OpenAPIMediaType(schema=reference, examples=examples or None)},
    )


def problem_schema() -> Schema:
    """RFC 9457's members and ours. Errors add their own detail members."""
    text = Schema(type=OpenAPIType.STRING)
    return Schema(
        title=PROBLEM,
        description="What went wrong (RFC 9457). Some kinds carry further members.",
        type=OpenAPIType.OBJECT,
        required=["type", "title", "status", "detail", "code"],
        properties={
            "type": Schema(type=OpenAPIType.STRING, description="`/problems/<code>`"),
            "title": text,
            "status": Schema(type=OpenAPIType.INTEGER),
            "detail": text,
            "code": Schema(type=OpenAPIType.STRING, enum=codes()),
            "instance": Schema(type=OpenAPIType.STRING, description="Names the request in logs"),
            "retryAfter": Schema(type=OpenAPIType.NUMBER, description="Seconds"),
        },
    )


def retryable_schema() -> Schema:
    """For clients that offer "Try again" only where it can help."""
    return Schema(
        title=RETRYABLE_CODE,
        description="The codes of problems after which the very same request may succeed later.",
        type=OpenAPIType.STRING,
        enum=sorted({kind.code for kind in _kinds(TanyaError) if kind.worth_retrying}),
    )


def codes() -> list[str]:
    """All stable error codes."""
    return sorted({kind.code for kind in _kinds(TanyaError)})


def _kinds(base: type[TanyaError]) -> Iterator[type[TanyaError]]:
    yield base
    for kind in base.__subclasses__():
        yield from _kinds(kind)


def _operations(document: OpenAPI) -> Iterator[Operation]:
    for item in (document.paths or {}).values():
        for method in METHODS:
            if isinstance(operation := getattr(item, method), Operation):
                yield operation


def _example() -> dict[str, object]:
    return problem_body(NotSignedIn(), translator(FALLBACK))
