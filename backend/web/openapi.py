"""The OpenAPI document: at /openapi/openapi.json, and printed by `tanya openapi`."""

from collections.abc import Iterator

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

from backend import __version__
from backend.errors import TanyaError
from backend.i18n import FALLBACK, translator
from backend.web.problems import PROBLEM_JSON

DESCRIPTION = """The Mini App's API.

Errors are RFC 9457 problem details: `code` is stable, `title` and `detail` are in the person's
language. Unknown fields are refused. Moments are ISO 8601, UTC.
"""
PROBLEM = "Problem"
METHODS = ("get", "post", "put", "patch", "delete")


def openapi_config() -> OpenAPIConfig:
    """What Litestar makes the document from."""
    scheme = SecurityScheme(
        type="http", scheme="bearer", description="The token of POST /api/session"
    )
    return OpenAPIConfig(
        title="Tanya",
        version=__version__,
        path="/openapi",
        description=DESCRIPTION,
        use_handler_docstrings=True,
        components=Components(security_schemes={"session": scheme}),
        security=[{"session": []}],
        render_plugins=[JsonRenderPlugin()],
    )


def describe_problems(document: OpenAPI) -> None:
    """Say of every operation that whatever is not its success is a problem document."""
    document.components = document.components or Components()
    document.components.schemas = (document.components.schemas or {}) | {PROBLEM: problem_schema()}
    for operation in _operations(document):
        responses = operation.responses or {}
        # Litestar guesses a form for validation errors that is not ours.
        operation.responses = {code: one for code, one in responses.items() if code != "400"}
        operation.responses["default"] = OpenAPIResponse(
            description="A problem; its `code` says which",
            content={
                PROBLEM_JSON: OpenAPIMediaType(
                    schema=Reference(ref=f"#/components/schemas/{PROBLEM}"),
                    examples={"not_signed_in": Example(value=_example())},
                )
            },
        )


def problem_schema() -> Schema:
    """RFC 9457's members and ours; details of a kind of error stand beside them."""
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


def codes() -> list[str]:
    """Every stable code that there is."""
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
    t = translator(FALLBACK)
    return {
        "type": "/problems/not_signed_in",
        "title": t("error.not_signed_in.title"),
        "status": 401,
        "detail": t("error.not_signed_in.detail"),
        "code": "not_signed_in",
    }
