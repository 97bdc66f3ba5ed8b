"""The bot's picture and default administrator rights; boosts, audio and emoji status of people."""

from typing import Any

from aiogram.methods import (
    GetMyDefaultAdministratorRights,
    GetUserChatBoosts,
    GetUserProfileAudios,
    RemoveMyProfilePhoto,
    SetMyDefaultAdministratorRights,
    SetMyProfilePhoto,
    SetUserEmojiStatus,
)

from telegram_emulator.api.methods.media import kept_file
from telegram_emulator.api.methods.members import group_of
from telegram_emulator.api.methods.method import Method
from telegram_emulator.api.params import UploadedFile, wire
from telegram_emulator.files import MOST_PHOTO
from telegram_emulator.groups import ADMIN_RIGHTS
from telegram_emulator.hub import Hub
from telegram_emulator.refusals import ApiError
from telegram_emulator.schemas import BotApi

CHANNELS_ONLY = {"can_post_messages", "can_edit_messages", "can_manage_direct_messages"}
GROUPS_ONLY = {"can_pin_messages", "can_manage_topics", "can_manage_tags"}


def set_default_rights(hub: Hub, call: SetMyDefaultAdministratorRights) -> bool:
    """setMyDefaultAdministratorRights: without rights the default is removed."""
    kind = "channels" if call.for_channels else "groups"
    hub.world.bot.admin_rights.pop(kind, None)
    if call.rights is not None:
        hub.world.bot.admin_rights[kind] = wire(call.rights)
    hub.store.changed()
    return True


def get_default_rights(hub: Hub, call: GetMyDefaultAdministratorRights) -> BotApi:
    """getMyDefaultAdministratorRights: without those of the other kind of chat."""
    kind, others = ("channels", GROUPS_ONLY) if call.for_channels else ("groups", CHANNELS_ONLY)
    kept = hub.world.bot.admin_rights.get(kind, {})
    return {name: bool(kept.get(name)) for name in ADMIN_RIGHTS if name not in others}


def set_my_photo(hub: Hub, call: SetMyProfilePhoto) -> bool:
    """setMyProfilePhoto: static, or animated; elsewhere an animated photo is shown by its first
    frame."""
    hub.world.bot.photo = profile_photo(hub, call.photo)
    hub.profile.tell()
    return True


def profile_photo(hub: Hub, given: Any) -> str:
    """The id of the file in an `InputProfilePhoto`.

    Raises:
        ApiError: for a file that was not uploaded now.
    """
    value = given.photo if str(given.type) == "static" else given.animation
    if not isinstance(value, UploadedFile):
        raise ApiError("profile photo must be uploaded as a new file")
    return kept_file(hub, "photo", value, MOST_PHOTO).id


def remove_my_photo(hub: Hub, call: RemoveMyProfilePhoto) -> bool:
    """removeMyProfilePhoto"""
    hub.world.bot.photo = ""
    hub.profile.tell()
    return True


def set_emoji_status(hub: Hub, call: SetUserEmojiStatus) -> bool:
    """setUserEmojiStatus: for a person who has allowed it in the Mini App."""
    if call.user_id not in hub.world.people:
        raise ApiError("user not found")
    status = hub.world.emoji_statuses.get(call.user_id)
    if status is None:
        raise ApiError("USER_PERMISSION_DENIED")
    status.custom_emoji_id = call.emoji_status_custom_emoji_id or ""
    until = call.emoji_status_expiration_date
    if until is not None and hasattr(until, "total_seconds"):
        status.until = hub.clock.timestamp() + int(until.total_seconds())
    else:
        status.until = int(wire(until) or 0)
    hub.store.changed()
    return True


def get_boosts(hub: Hub, call: GetUserChatBoosts) -> BotApi:
    """getUserChatBoosts: only for administrators."""
    group = group_of(hub, call.chat_id, "can_manage_chat")
    now = hub.clock.timestamp()
    own = [
        {name: value for name, value in boost.items() if name != "person_id"}
        for boost in group.boosts
        if boost["person_id"] == call.user_id and boost["expiration_date"] > now
    ]
    return {"boosts": own}


def get_profile_audios(hub: Hub, call: GetUserProfileAudios) -> BotApi:
    """getUserProfileAudios: always empty."""
    if call.user_id not in hub.world.people:
        raise ApiError("user not found")
    return {"total_count": 0, "audios": []}


METHODS = (
    Method(SetMyDefaultAdministratorRights, set_default_rights),
    Method(GetMyDefaultAdministratorRights, get_default_rights),
    Method(SetMyProfilePhoto, set_my_photo),
    Method(RemoveMyProfilePhoto, remove_my_photo),
    Method(SetUserEmojiStatus, set_emoji_status),
    Method(GetUserChatBoosts, get_boosts),
    Method(GetUserProfileAudios, get_profile_audios),
)
