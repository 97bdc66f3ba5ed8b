"""The emulator's HTTP: Telegram's Bot API, the control API of the page, and the page."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import msgspec
from litestar import HttpMethod, Request, Response, Router, get, post, route
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Stream

from backend.emulator.actions import AnyAction
from backend.emulator.api import BotApiServer
from backend.emulator.api.bodies import read_request
from backend.emulator.api.server import refusal
from backend.emulator.control import act
from backend.emulator.hub import Hub
from backend.emulator.page import Page
from backend.emulator.refusals import ApiError
from backend.emulator.views import state
from backend.emulator.world import FileRecord
from backend.errors import Forbidden, MalformedBody, NotFound, UnsupportedMediaType

AnyRequest = Request[Any, Any, Any]
LARGEST_BODY = 80 * 1024 * 1024
"""Bytes: Telegram's 50 MB upload, also as base64 from the page."""
PREFIX = "bot"

_actions = msgspec.json.Decoder(AnyAction)


def build_routes(hub: Hub, server: BotApiServer, page: Page) -> Sequence[Router]:
    """The handlers, closed over the emulator's parts."""

    @get("/", include_in_schema=False, media_type="text/html")
    async def show_page(request: AnyRequest) -> str:
        """The page that plays Telegram."""
        return page.render(request)

    handlers = [*_bot_api(hub, server), *_control(hub), show_page]
    return [Router("/", route_handlers=handlers, request_max_body_size=LARGEST_BODY)]


def _bot_api(hub: Hub, server: BotApiServer) -> list[HTTPRouteHandler]:
    @route(
        "/telegram-api/{bot:str}/{method:str}",
        http_method=[HttpMethod.GET, HttpMethod.POST],
        include_in_schema=False,
    )
    async def call(
        request: AnyRequest, bot: FromPath[str], method: FromPath[str]
    ) -> Response[bytes]:
        """A call of the Bot API."""
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

    @get("/telegram-api/file/{bot:str}/{path:path}", include_in_schema=False)
    async def download(bot: FromPath[str], path: FromPath[str]) -> Response[bytes]:
        """A file by the `file_path` that getFile gave."""
        if bot != f"{PREFIX}{hub.settings.bot_token}":
            return _json(401, refusal(ApiError("", 401)))
        record = hub.files.by_path(path.lstrip("/"))
        if record is None:
            return _json(404, refusal(ApiError("", 404)))
        return Response(hub.files.read(record), media_type="application/octet-stream")

    return [call, download]


def _control(hub: Hub) -> list[HTTPRouteHandler]:
    @get("/emulator/state", include_in_schema=False)
    async def read_state() -> Response[bytes]:
        """The whole world."""
        return _json(200, state(hub))

    @get("/emulator/events", include_in_schema=False)
    async def events(request: AnyRequest) -> Stream:
        """What changes from now on, or from `after`."""
        after = request.headers.get("last-event-id") or request.query_params.get("after") or ""
        start = int(after) if str(after).isdigit() else hub.changes.revision
        return Stream(
            hub.changes.follow(start),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )

    @post("/emulator/actions", status_code=200, include_in_schema=False)
    async def do(request: AnyRequest) -> Response[bytes]:
        """Something the page does."""
        _refuse_strangers(request)
        try:
            action = _actions.decode(await request.body())
        except msgspec.MsgspecError as error:
            raise MalformedBody(reason=str(error)) from None
        return _json(200, await act(hub, action))

    @get("/emulator/files/{file_id:str}", include_in_schema=False)
    async def show_file(file_id: FromPath[str]) -> Response[bytes]:
        """A file for the page: pictures are shown, everything else is saved."""
        record = hub.world.files.get(file_id)
        if record is None:
            raise NotFound()
        kind, disposition = _shown_as(record)
        headers = {"Content-Disposition": disposition}
        return Response(hub.files.read(record), media_type=kind, headers=headers)

    return [read_state, events, do, show_file]


def _shown_as(record: FileRecord) -> tuple[str, str]:
    """Media type and disposition. Only what cannot run scripts is shown in place."""
    shown = record.media_type.partition("/")[0] in ("image", "audio", "video")
    if shown and record.media_type != "image/svg+xml":
        return record.media_type, "inline"
    return "application/octet-stream", f"attachment; filename*=UTF-8''{quote(record.name)}"


def _refuse_strangers(request: AnyRequest) -> None:
    """Other sites' pages in the same browser must not move Stars here: only JSON, which a
    foreign page cannot send without being asked first, and nothing marked as cross-site."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise UnsupportedMediaType()
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise Forbidden()


def _json(status: int, value: Any) -> Response[bytes]:
    body = msgspec.json.encode(value)
    return Response(body, status_code=status, media_type="application/json")
