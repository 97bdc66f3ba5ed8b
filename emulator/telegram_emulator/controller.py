"""The emulator's HTTP routes: the Bot API, the page's control API, and the page."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import msgspec
from litestar import HttpMethod, Request, Response, Router, get, post, route
from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Stream

from telegram_emulator.actions import AnyAction
from telegram_emulator.api import BotApiServer, read_request, refusal
from telegram_emulator.control import act
from telegram_emulator.errors import ControlError, MalformedBody, NotFound, UnsupportedMediaType
from telegram_emulator.hub import Hub
from telegram_emulator.page import STATIC, STATIC_TYPES, render_page
from telegram_emulator.problems import answer_error
from telegram_emulator.refusals import ApiError
from telegram_emulator.views import state
from telegram_emulator.widget_frame import widget_document
from telegram_emulator.world import FileRecord

AnyRequest = Request[Any, Any, Any]
LARGEST_BODY = 80 * 1024 * 1024
"""In bytes: Telegram's 50 MB upload, also as base64 from the page."""
PREFIX = "bot"

_actions = msgspec.json.Decoder(AnyAction)


NO_PAGE_POLICY = "default-src 'none'; frame-ancestors 'none'"
HEADERS = {
    "Content-Security-Policy": NO_PAGE_POLICY,
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""Headers of every response; the page has a policy of its own."""


def build_routes(hub: Hub, server: BotApiServer) -> Sequence[Router]:
    """The handlers with the emulator's parts bound."""
    return [
        Router(
            "/",
            route_handlers=[*_bot_api(hub, server), *_control(hub), static_file, show_page],
            request_max_body_size=LARGEST_BODY,
            exception_handlers={ControlError: answer_error, HTTPException: answer_http_error},
            response_headers=HEADERS,
        )
    ]


@get("/", include_in_schema=False, sync_to_thread=False)
def show_page(request: AnyRequest) -> Response[str]:
    """The page with the Telegram client."""
    return render_page(request)


def _bot_api(hub: Hub, server: BotApiServer) -> list[HTTPRouteHandler]:
    @route(
        [
            f"{hub.config.api_path}/{{bot:str}}/{{method:str}}",
            f"{hub.config.api_path}/{{bot:str}}/test/{{method:str}}",
        ],
        http_method=[HttpMethod.GET, HttpMethod.POST],
        include_in_schema=False,
    )
    async def call(
        request: AnyRequest, bot: FromPath[str], method: FromPath[str]
    ) -> Response[bytes]:
        """Handle a call of the Bot API."""
        if not bot.startswith(PREFIX):
            return _json(404, refusal(ApiError("", 404)))
        try:
            raw, uploads = await read_request(request)
        except ApiError as error:
            return _json(error.code, refusal(error))
        answer = await server.call(bot.removeprefix(PREFIX), method, raw, uploads)
        return Response(
            answer.body,
            status_code=answer.status,
            headers=answer.headers,
            media_type="application/json",
        )

    @get(f"{hub.config.api_path}/file/{{bot:str}}/{{path:path}}", include_in_schema=False)
    async def download(bot: FromPath[str], path: FromPath[str]) -> Response[bytes]:
        """A file by the `file_path` of getFile."""
        if bot != f"{PREFIX}{hub.config.token}":
            return _json(401, refusal(ApiError("", 401)))
        record = hub.files.by_path(path.lstrip("/"))
        if record is None:
            return _json(404, refusal(ApiError("", 404)))
        return Response(hub.files.read(record), media_type="application/octet-stream")

    return [call, download]


def _control(hub: Hub) -> list[HTTPRouteHandler]:
    @get("/emulator/state", include_in_schema=False)
    async def read_state() -> Response[bytes]:
        """The whole state."""
        return _json(200, state(hub))

    @get("/emulator/events", include_in_schema=False)
    async def events(request: AnyRequest) -> Stream:
        """Changes from now on, or from `after`."""
        after = request.headers.get("last-event-id") or request.query_params.get("after") or ""
        start = int(after) if str(after).isdigit() else hub.changes.revision
        return Stream(
            hub.changes.follow(start),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )

    @post("/emulator/actions", status_code=200, include_in_schema=False)
    async def do(request: AnyRequest) -> Response[bytes]:
        """Run an action of the page."""
        # Another site's page cannot send JSON without a CORS preflight.
        if not _is_json(request):
            raise UnsupportedMediaType()
        try:
            action = _actions.decode(await request.body())
        except msgspec.MsgspecError as error:
            raise MalformedBody(str(error)) from None
        return _json(200, await act(hub, action))

    @get("/emulator/files/{file_id:str}", include_in_schema=False)
    async def show_file(file_id: FromPath[str]) -> Response[bytes]:
        """A file for the page: pictures are shown, everything else is downloaded."""
        record = hub.world.files.get(file_id)
        if record is None:
            raise NotFound()
        kind, disposition = _shown_as(record)
        headers = {"Content-Disposition": disposition}
        return Response(hub.files.read(record), media_type=kind, headers=headers)

    @get("/emulator/widgets/{person_id:int}/{message_id:int}", include_in_schema=False)
    async def show_widget(person_id: FromPath[int], message_id: FromPath[int]) -> Response[str]:
        """A widget for the page's frame."""
        if (found := widget_document(hub, person_id, message_id)) is None:
            raise NotFound()
        return found

    return [read_state, events, do, show_file, show_widget]


@get("/emulator/static/{name:str}", include_in_schema=False, sync_to_thread=False)
def static_file(name: FromPath[str]) -> Response[bytes]:
    """The page's script or style sheet."""
    kind = STATIC_TYPES.get(name)
    if kind is None or not (STATIC / name).exists():
        raise NotFound()
    return Response((STATIC / name).read_bytes(), media_type=kind)


def answer_http_error(request: AnyRequest, error: HTTPException) -> Response[bytes]:
    """Errors from before a handler ran (no such path, a body that is too large), in the Bot API's
    form."""
    words = "" if error.status_code == 404 else HTTPStatus(error.status_code).phrase
    return _json(error.status_code, refusal(ApiError(words, error.status_code)))


def _shown_as(record: FileRecord) -> tuple[str, str]:
    """Media type and disposition. Only types that cannot run scripts are shown inline."""
    shown = record.media_type.partition("/")[0] in ("image", "audio", "video")
    if shown and record.media_type != "image/svg+xml":
        return record.media_type, "inline"
    return "application/octet-stream", f"attachment; filename*=UTF-8''{quote(record.name)}"


def _is_json(request: AnyRequest) -> bool:
    kind = request.headers.get("content-type", "").partition(";")[0]
    return bool(kind.strip() == "application/json")


def _json(status: int, value: Any) -> Response[bytes]:
    body = msgspec.json.encode(value)
    return Response(body, status_code=status, media_type="application/json")
