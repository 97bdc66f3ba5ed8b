"""HTML widgets (10.4): sending them, changing their data, answering their queries.

Shapes and limits are from core.telegram.org/bots/widgets and aiogram 3.33's types; unpublished
error texts are the emulator's own.
"""

import secrets
import zlib
from typing import Any

from telegram_emulator.api.methods.edits import own_message
from telegram_emulator.api.methods.method import Method
from telegram_emulator.api.newer import (
    AnswerWidgetQuery,
    EditMessageWidgetData,
    EditSharedWidgetData,
    SendSharedWidget,
    SendWidget,
)
from telegram_emulator.api.sending import caption_of, reach, send
from telegram_emulator.hub import Hub
from telegram_emulator.refusals import ApiError, too_many_requests
from telegram_emulator.schemas import BotApi
from telegram_emulator.world import WidgetRecord

MOST_HTML, MOST_COMPRESSED, MOST_DATA = 32_768, 4096, 1024
"""In bytes."""
HEIGHTS, LEAST_WIDTH = range(50, 601), 200
"""In logical pixels."""
CACHE_TIMES = range(5, 3601)
BETWEEN_EDITS = 1.0
"""Minimum seconds between two changes of a shared widget's data."""


def send_widget(hub: Hub, call: SendWidget) -> BotApi:
    """sendWidget: like production, only to private chats and protected."""
    html = call.html.encode()
    if not html or len(html) > MOST_HTML or len(zlib.compress(html, 9)) > MOST_COMPRESSED:
        raise ApiError("INPUT_MEDIA_WIDGET_TOO_LARGE")
    if call.height is not None and call.height not in HEIGHTS:
        raise ApiError("WIDGET_HEIGHT_INVALID")
    if call.width is not None and call.width < LEAST_WIDTH:
        raise ApiError("WIDGET_WIDTH_INVALID")
    _check_data(call.public_data)
    record = WidgetRecord(
        id=str(secrets.randbits(62)),
        html=call.html,
        width=call.width or 0,
        height=call.height or 0,
        public_data=call.public_data or "",
        allows_queries=bool(call.allow_queries),
        shared=bool(call.is_shared),
    )
    return _send(hub, call, record)


def send_shared_widget(hub: Hub, call: SendSharedWidget) -> BotApi:
    """sendSharedWidget: another message with the same widget."""
    return _send(hub, call, _shared(hub, call.widget_id))


def _send(hub: Hub, call: Any, record: WidgetRecord) -> BotApi:
    _check_data(call.chat_data)
    if reach(hub, call) not in hub.world.people:
        raise ApiError("INPUT_MEDIA_WIDGET_NOT_ALLOWED")
    content = {"widget": _view(record, call.chat_data or ""), "has_protected_content": True}
    stored = send(hub, call, {**content, **caption_of(call)})
    stored.widget = record.id
    hub.world.widgets[record.id] = record
    return stored.message


def _view(record: WidgetRecord, chat_data: str) -> BotApi:
    """A `Widget`."""
    view: BotApi = {"html": record.html}
    if record.shared:
        view["id"] = record.id
    for name in ("width", "height", "public_data"):
        if value := getattr(record, name):
            view[name] = value
    return view | ({"chat_data": chat_data} if chat_data else {})


def edit_data(hub: Hub, call: EditMessageWidgetData) -> bool:
    """editMessageWidgetData: what is not given stays, an empty text removes it."""
    if call.inline_message_id:
        raise ApiError("METHOD_NOT_PLAYED: for inline messages it is not played by this emulator")
    key, stored = own_message(hub, call)
    record = hub.world.widgets.get(stored.widget)
    if record is None:
        raise ApiError("there is no widget in the message to edit")
    for data in (call.public_data, call.chat_data):
        _check_data(data)
    if call.public_data is not None:
        _change(hub, record, call.public_data)
    if call.chat_data is not None:
        stored.message = {**stored.message, "widget": _view(record, call.chat_data)}
        hub.chats.show(key, stored)
    return True


def edit_shared_data(hub: Hub, call: EditSharedWidgetData) -> bool:
    """editSharedWidgetData: in every message with the widget."""
    record = _shared(hub, call.widget_id)
    _check_data(call.public_data)
    if call.cache_time is not None and call.cache_time not in CACHE_TIMES:
        raise ApiError("WIDGET_CACHE_TIME_INVALID")
    _change(hub, record, call.public_data)
    return True


def _change(hub: Hub, record: WidgetRecord, public_data: str) -> None:
    now = hub.clock.real().timestamp()
    if record.shared and now - record.edited_at < BETWEEN_EDITS:
        raise too_many_requests(1)
    record.public_data, record.edited_at = public_data, now
    for key, chat in hub.world.chats.items():
        for stored in chat.messages:
            if stored.widget == record.id:
                chat_data = stored.message["widget"].get("chat_data", "")
                stored.message = {**stored.message, "widget": _view(record, chat_data)}
                hub.chats.show(key, stored)


def answer_query(hub: Hub, call: AnswerWidgetQuery) -> bool:
    """answerWidgetQuery: within 15 seconds, to the widget that asked."""
    _check_data(call.data)
    hub.queries.answer("widget", call.widget_query_id, {"data": call.data or ""})
    return True


def _shared(hub: Hub, widget_id: str) -> WidgetRecord:
    record = hub.world.widgets.get(widget_id)
    if record is None or not record.shared:
        raise ApiError("WIDGET_ID_INVALID")
    return record


def _check_data(data: str | None) -> None:
    if len((data or "").encode()) > MOST_DATA:
        raise ApiError("WIDGET_DATA_TOO_LONG")


METHODS = (
    Method(SendWidget, send_widget),
    Method(SendSharedWidget, send_shared_widget),
    Method(EditMessageWidgetData, edit_data),
    Method(EditSharedWidgetData, edit_shared_data),
    Method(AnswerWidgetQuery, answer_query),
)
