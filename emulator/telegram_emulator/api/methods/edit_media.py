"""Replacing a message's file, and live locations."""

from typing import Any

from aiogram.methods import EditMessageLiveLocation, EditMessageMedia, StopMessageLiveLocation

from telegram_emulator.api.methods.edits import MEDIA, edit_stored, own_message
from telegram_emulator.api.methods.media import media_of_item
from telegram_emulator.api.methods.method import Method
from telegram_emulator.api.sending import caption_of
from telegram_emulator.hub import Hub
from telegram_emulator.refusals import ApiError
from telegram_emulator.schemas import BotApi

MOVABLE = ("horizontal_accuracy", "live_period", "heading", "proximity_alert_radius")
CONTENT = ("text", "entities", "rich_message", "caption", "caption_entities", "animation", *MEDIA)
"""The fields of a message that new media replace."""


def edit_message_media(hub: Hub, call: EditMessageMedia) -> BotApi | bool:
    """editMessageMedia: a text gets a file, or a file is replaced."""
    _not_inline(call)
    key, stored = own_message(hub, call)
    gone: BotApi = dict.fromkeys(CONTENT)
    content = {**gone, **media_of_item(hub, call, call.media), **caption_of(call.media)}
    return edit_stored(hub, key, stored, content, call)


def edit_live_location(hub: Hub, call: EditMessageLiveLocation) -> BotApi | bool:
    """editMessageLiveLocation: until its live period ends."""
    _not_inline(call)
    key, stored = own_message(hub, call)
    location = _live(hub, stored.message)
    if not (-90 <= call.latitude <= 90 and -180 <= call.longitude <= 180):
        raise ApiError("wrong latitude or longitude specified")
    moved = {**location, "latitude": call.latitude, "longitude": call.longitude}
    moved |= {name: getattr(call, name) for name in MOVABLE if getattr(call, name) is not None}
    return edit_stored(hub, key, stored, {"location": moved}, call)


def stop_live_location(hub: Hub, call: StopMessageLiveLocation) -> BotApi | bool:
    """stopMessageLiveLocation: the location stays at its last position."""
    _not_inline(call)
    key, stored = own_message(hub, call)
    location = _live(hub, stored.message)
    still = {name: value for name, value in location.items() if name not in MOVABLE}
    return edit_stored(hub, key, stored, {"location": still}, call)


def _live(hub: Hub, message: BotApi) -> BotApi:
    location: BotApi = message.get("location", {})
    period = location.get("live_period", 0)
    if not period or hub.clock.timestamp() > message["date"] + period:
        raise ApiError("message can't be edited")
    return location


def _not_inline(call: Any) -> None:
    if call.inline_message_id:
        raise ApiError("METHOD_NOT_PLAYED: for inline messages it is not played by this emulator")


METHODS = (
    Method(EditMessageMedia, edit_message_media),
    Method(EditMessageLiveLocation, edit_live_location),
    Method(StopMessageLiveLocation, stop_live_location),
)
