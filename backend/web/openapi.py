"""The OpenAPI document: at /openapi/openapi.json, and printed by `tanya openapi`."""

from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme

from backend import __version__

DESCRIPTION = """The Mini App's API.

Errors are RFC 9457 problem details: `code` is stable, `title` and `detail` are in the person's
language. Unknown fields are refused. Moments are ISO 8601, UTC.
"""


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
