"""The ASGI application: all routes, what handlers can request by name, and the middleware around
them."""

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from inspect import signature
from typing import Any

import msgspec
from litestar import Litestar, Router
from litestar.config.compression import CompressionConfig
from litestar.di import Provide
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp, Guard

from backend.container import Container
from backend.data_dir import new_bot_token
from backend.db import new_master_key
from backend.features import feature_of_api
from backend.local_mode import guard
from backend.settings import Settings
from backend.web import (
    Edge,
    PersonStreams,
    PictureLinks,
    ShareLinks,
    StrictRequest,
    answer_error,
    completed,
    current_principal,
    health,
    openapi_config,
    require_feature,
    service_worker,
    show_metrics,
    static_file,
    telegram_webhook,
)
from backend.web.api import (
    InboxView,
    access_log,
    age,
    business,
    checks,
    consents,
    console_broadcasts,
    console_confirmations,
    console_desk,
    console_people,
    console_system,
    conversations,
    erasure,
    events,
    export,
    feedback,
    files,
    looks,
    me,
    models,
    personas,
    question_route,
    receipts,
    refusals,
    runs,
    schedules,
    session,
    shares,
    speech,
    suggestions,
    usage,
)
from backend.web.api import billing as billing_api
from backend.web.api import console as console_api
from backend.web.pages import app as app_page
from backend.web.pages import papers, picture, shared, unknown_address

# Streams must not wait in a compressor, static files are compressed by the build, and responses
# that hold secrets must not be compressed together with text that others can choose (BREACH).
NOT_COMPRESSED = ["^/api", "^/static", "^/service-worker", "^/health", "^/emulator", "^/telegram"]

MAX_BODY_BYTES = 256 * 1024

API = (
    session,
    me,
    access_log,
    looks,
    personas,
    usage,
    consents,
    models,
    conversations,
    events,
    files,
    speech,
    receipts,
    refusals,
    feedback,
    age,
    runs,
    checks,
    schedules,
    business,
    suggestions,
    shares,
    export,
    erasure,
    billing_api,
    console_api,
    console_broadcasts,
    console_confirmations,
    console_desk,
    console_people,
    console_system,
)


OUTSIDE = (
    health.live,
    health.ready,
    show_metrics,
    receipts.public_keys,
    receipts.erasure_keys,
    service_worker,
    static_file,
    telegram_webhook,
    export.export_by_link,
)
"""Handlers outside of the API that programs call."""


def build_app(container: Container) -> Litestar:
    """Build the ASGI application. The server that runs it starts and stops `container`."""
    emulator = container.emulator
    app = assemble(container.settings, parts_of(container), emulator.routes if emulator else ())
    app.asgi_handler = behind_edge(app.asgi_handler, container)
    return app


def assemble(
    settings: Settings, parts: Mapping[str, Any], emulator_routes: Sequence[Router] = ()
) -> Litestar:
    """All routes, without the middleware around them. Handlers get what `parts` holds at the time
    of the request: tests give one application the parts of one container after another."""
    provided = _dependencies(parts)
    app = Litestar(
        [
            *_api_handlers(provided, parts),
            *_with_parts(provided, OUTSIDE),
            *_pages(provided, parts, emulator_routes),
        ],
        exception_handlers={
            Exception: answer_error,
            NotFoundException: unknown_address(parts["pages"]),
        },
        openapi_config=openapi_config(is_open=settings.local or settings.openapi_open),
        compression_config=CompressionConfig(backend="gzip", exclude=NOT_COMPRESSED),
        request_class=StrictRequest,
        request_max_body_size=MAX_BODY_BYTES,
        logging_config=None,
        debug=False,
    )
    question_route.serve_directly(app, parts, MAX_BODY_BYTES)
    return app


def behind_edge(handler: ASGIApp, container: Container) -> ASGIApp:
    """The application's own handler with the middleware around it. Litestar answers unknown
    addresses outside of its middleware; the edge sees those too."""
    settings = container.settings
    return Edge(guard(handler, settings) if container.emulator else handler, settings)


def parts_of(container: Container) -> dict[str, Any]:
    """What handlers can request by a parameter's name."""
    return _of_rooms(container) | _of_the_web(container)


def _api_handlers(
    provided: Mapping[str, Provide], parts: Mapping[str, Any]
) -> list[HTTPRouteHandler]:
    """The API's handlers; those of features that are switched off respond with 404."""
    found = []
    for module in API:
        name = feature_of_api(module.__name__.rpartition(".")[2])
        guards = [require_feature(parts, name)] if name else []
        found += _with_parts(provided, module.handlers, guards, below="/api")
    return found


def _with_parts(
    provided: Mapping[str, Provide],
    handlers: Sequence[HTTPRouteHandler],
    guards: Sequence[Guard] = (),
    below: str = "",
) -> list[HTTPRouteHandler]:
    """The handlers, each with the parts that it requests by a parameter's name.

    Litestar compares all dependencies that are offered to a handler with each other, and copies
    the routers inside a router: together that was half of the time it took to build the app.
    """
    found = []
    for handler in handlers:
        asked = set(signature(handler.fn).parameters)
        if "principal" in asked:
            asked |= signature(current_principal).parameters.keys()
        handler = copy(handler)
        handler.dependencies = {name: one for name, one in provided.items() if name in asked}
        handler.guards = [*(handler.guards or ()), *guards]
        handler.paths = {below + path for path in handler.paths}
        found.append(handler)
    return found


def openapi_json(settings: Settings) -> str:
    """The API's document, as /openapi/openapi.json serves it."""
    settings = msgspec.structs.replace(
        settings,
        master_key=settings.master_key or new_master_key(),
        bot_token=settings.bot_token or new_bot_token(),
    )
    schema = completed(build_app(Container(settings)))
    return msgspec.json.format(msgspec.json.encode(schema), indent=2).decode()


def _pages(
    provided: Mapping[str, Provide], parts: Mapping[str, Any], emulator_routes: Sequence[Router]
) -> list[Any]:
    pages: list[Any] = [app_page.mini_app, app_page.texts, papers.privacy]
    pages += [papers.data_map, papers.terms, *([] if emulator_routes else [papers.front])]
    public = [shared.shared, picture.picture]
    guarded = _with_parts(provided, public, [require_feature(parts, "sharing")])
    return [*_with_parts(provided, pages), *guarded, *emulator_routes]


def _dependencies(parts: Mapping[str, Any]) -> dict[str, Provide]:
    def giver(name: str) -> Callable[[], Any]:
        return lambda: parts[name]

    provided = {name: Provide(giver(name), sync_to_thread=False) for name in parts}
    return provided | {"principal": Provide(current_principal)}


def _of_rooms(container: Container) -> dict[str, Any]:
    return {
        "access_log": container.access_log,
        "age_gate": container.age_gate,
        "answer_feedback": container.answer_feedback,
        "billing": container.billing,
        "business": container.business,
        "business_replies": container.business_replies,
        "certificate_signer": container.certificate_signer,
        "checks": container.checks,
        "clock": container.clock,
        "consents": container.consents,
        "console": container.console,
        "confirmations": container.console.confirmations,
        "looks": container.console.granted_looks,
        "database": container.database,
        "erasures": container.erasures,
        "export_links": container.export_links,
        "exporter": container.exporter,
        "features": container.features,
        "file_service": container.file_service,
        "generation": container.generation,
        "identity": container.identity,
        "importer": container.importer,
        "limiter": container.limiter,
        "model_names": container.model_name,
        "models": container.models,
        "person_events": container.person_events,
        "refusals": container.refusals,
        "schedules": container.schedules,
        "settings": container.settings,
        "signer": container.receipt_signer,
        "suggester": container.suggester,
        "vault": container.vault,
    }


def _of_the_web(container: Container) -> dict[str, Any]:
    """What only the web layer needs, and what it needs of the bot."""
    return {
        "assets": container.assets,
        "bot_username": container.bot.username,
        "erasure_chat": container.bot.erasure_chat,
        "event_streams": PersonStreams(),
        "from_telegram": container.bot.is_from_telegram,
        "gauges": container.gauges,
        "inbox": container.bot.inbox,
        "inbox_view": InboxView(container.business, container.consents, container.models),
        "message_preparer": container.bot.message_preparer,
        "pages": container.pages,
        "picture_links": PictureLinks(container.keys),
        "readiness": container.readiness,
        "share_links": ShareLinks(container.keys),
        "streams": container.streams,
        "uploads": container.uploads,
    }
