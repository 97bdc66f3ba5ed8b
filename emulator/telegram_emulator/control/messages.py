"""What people do with messages besides writing them."""

import secrets
from typing import Any

from telegram_emulator.actions import (
    AlbumItem,
    Forward,
    React,
    SendAlbum,
    SendLocation,
    SendPoll,
    SendSticker,
    Vote,
)
from telegram_emulator.content import LONGEST_CAPTION, NOT_FORWARDED, content_of, fields, origin_of
from telegram_emulator.control.handlers import Actions
from telegram_emulator.control.place import member_of, place_of, seen
from telegram_emulator.errors import ActionRefused
from telegram_emulator.files import MOST_TO_UPLOAD, as_photo, as_timed
from telegram_emulator.hub import Hub
from telegram_emulator.polls import new_poll, vote_in
from telegram_emulator.schemas import BotApi
from telegram_emulator.stickers import any_sticker
from telegram_emulator.text import format_text

MOST_REACTIONS = 3
"""The most reactions on one message by a person with Premium; others can set one."""


def react(hub: Hub, action: React) -> None:
    """Set reactions on a message."""
    key, stored = seen(hub, action)
    person = hub.chats.person(action.person_id)
    if len(action.emoji) > (MOST_REACTIONS if person.is_premium else 1):
        raise ActionRefused("REACTIONS_TOO_MANY")
    old = stored.reactions.get(person.id, [])
    new = [{"type": "emoji", "emoji": emoji} for emoji in action.emoji]
    if old == new:
        raise ActionRefused("MESSAGE_NOT_MODIFIED")
    stored.reactions[person.id] = new
    hub.chats.show(key, stored)
    group = hub.groups.find(key)
    if group is not None and not hub.groups.is_admin(group, hub.profile.bot_id):
        return
    update: BotApi = {
        "chat": hub.profile.chat(key),
        "message_id": stored.id,
        "user": hub.profile.user(person.id),
        "date": hub.clock.timestamp(),
        "old_reaction": old,
        "new_reaction": new,
    }
    hub.updates.push("message_reaction", update, key)


def vote(hub: Hub, action: Vote) -> None:
    """Vote in a poll."""
    key, stored = seen(hub, action)
    vote_in(hub, key, stored, action.person_id, list(action.options))


def forward(hub: Hub, action: Forward) -> None:
    """Forward a message to the bot, or into a group."""
    source = action.person_id if action.from_chat_id is None else action.from_chat_id
    if action.from_chat_id is not None:
        member_of(hub, action.person_id, source)
    stored = hub.chats.message(source, action.message_id)
    if stored is None:
        raise ActionRefused("MESSAGE_ID_INVALID")
    message = stored.message
    if message.get("has_protected_content") or NOT_FORWARDED & message.keys():
        raise ActionRefused("CHAT_FORWARDS_RESTRICTED")
    content = {**content_of(message), "forward_origin": origin_of(message)}
    place = place_of(hub, action, content)
    hub.chats.say(place.key, {**content, **place.context}, place.author)


def send_location(hub: Hub, action: SendLocation) -> None:
    """Send a location or a venue."""
    location = {"latitude": action.latitude, "longitude": action.longitude}
    content: BotApi = {"location": location}
    if action.title:
        content["venue"] = {"location": location, "title": action.title, "address": ""}
    _send(hub, action, content)


def send_poll(hub: Hub, action: SendPoll) -> None:
    """Send a poll."""
    if not 2 <= len(action.options) <= 12 or not action.question:
        raise ActionRefused("POLL_ANSWERS_INVALID")
    options = [{"text": text} for text in action.options]
    poll = new_poll(action.question, [], options)
    poll |= {"is_anonymous": action.anonymous, "allows_multiple_answers": action.multiple}
    _send(hub, action, {"poll": poll})


def send_sticker(hub: Hub, action: SendSticker) -> None:
    """Send a sticker by its file."""
    if action.file_id not in hub.world.files:
        raise ActionRefused("FILE_ID_INVALID")
    _send(hub, action, {"sticker": any_sticker(hub.world, action.file_id)})


def send_album(hub: Hub, action: SendAlbum) -> None:
    """Send several photos and videos: one message each, in one album."""
    if not 2 <= len(action.items) <= 10:
        raise ActionRefused("MULTI_MEDIA_TOO_LONG")
    group = {"media_group_id": str(secrets.randbits(62))}
    caption = format_text(action.caption, None, [], LONGEST_CAPTION, "MEDIA_CAPTION_TOO_LONG")
    contents = [_media(hub, item) for item in action.items]
    contents[0] |= fields(caption, "caption", "caption_entities")
    for content in contents:
        _send(hub, action, {**content, **group})


def _media(hub: Hub, item: AlbumItem) -> BotApi:
    if not item.data or len(item.data) > MOST_TO_UPLOAD:
        raise ActionRefused("FILE_PARTS_INVALID")
    kind = "video" if item.media_type.startswith("video/") else "photo"
    record = hub.files.keep(kind, item.file_name, item.media_type, item.data)
    return {kind: as_photo(record) if kind == "photo" else as_timed(record, kind, 0, 0, 0)}


def _send(hub: Hub, action: Any, content: BotApi) -> None:
    place = place_of(hub, action, content)
    hub.chats.say(place.key, {**content, **place.context}, place.author)


ACTIONS: Actions = {
    React: react,
    Vote: vote,
    Forward: forward,
    SendLocation: send_location,
    SendPoll: send_poll,
    SendSticker: send_sticker,
    SendAlbum: send_album,
}
