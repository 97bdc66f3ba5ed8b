"""Buttons that request people, a chat or a new bot; a person's personal channel."""

from telegram_emulator.account_records import ManagedBotRecord
from telegram_emulator.actions import SetPersonalChat, ShareByButton
from telegram_emulator.bot_token import token_of
from telegram_emulator.control.handlers import Actions
from telegram_emulator.control.place import member_of
from telegram_emulator.errors import ActionRefused
from telegram_emulator.hub import Hub
from telegram_emulator.schemas import BotApi


def share_by_button(hub: Hub, action: ShareByButton) -> None:
    """The person shares what the button requests."""
    button = _button(hub, action)
    if asked := button.get("request_users"):
        hub.chats.say(action.person_id, {"users_shared": _people(hub, action, asked)})
    elif asked := button.get("request_chat"):
        hub.chats.say(action.person_id, {"chat_shared": _chat(hub, action, asked)})
    elif asked := button.get("request_managed_bot"):
        _make_bot(hub, action.person_id, asked)
    else:
        raise ActionRefused("BUTTON_INVALID")


def _button(hub: Hub, action: ShareByButton) -> BotApi:
    if action.prepared_id:
        prepared = hub.world.prepared_buttons.get(action.prepared_id)
        if prepared is None or prepared.person_id != action.person_id:
            raise ActionRefused("BUTTON_INVALID")
        return prepared.button
    keyboard = hub.chats.record(action.person_id).reply_keyboard or {}
    for row in keyboard.get("keyboard", []):
        for button in row:
            if isinstance(button, dict) and button["text"] == action.text:
                found: BotApi = button
                return found
    raise ActionRefused("BUTTON_INVALID")


def _people(hub: Hub, action: ShareByButton, asked: BotApi) -> BotApi:
    most = asked.get("max_quantity") or 1
    premium = asked.get("user_is_premium")
    others = [one.id for one in hub.world.people.values() if premium in (None, one.is_premium)]
    chosen = action.user_ids or [one for one in others if one != action.person_id][:most]
    if not 1 <= len(chosen) <= most or not set(chosen) <= set(others):
        raise ActionRefused("USER_ID_INVALID")
    return {
        "request_id": asked["request_id"],
        "users": [_named(hub.profile.user(one), "user_id", asked) for one in chosen],
    }


def _named(who: BotApi, id_field: str, asked: BotApi) -> BotApi:
    """The id, and only the names that were requested."""
    wanted = {
        "first_name": asked.get("request_name"),
        "last_name": asked.get("request_name"),
        "username": asked.get("request_username"),
        "title": asked.get("request_title"),
    }
    told = {name: who[name] for name, is_wanted in wanted.items() if is_wanted and name in who}
    return {id_field: who["id"], **told}


def _chat(hub: Hub, action: ShareByButton, asked: BotApi) -> BotApi:
    def fits(chat_id: int) -> bool:
        group = hub.world.groups[chat_id]
        owned = hub.groups.member(group, action.person_id).status == "creator"
        return (
            group.migrated_to is None
            and hub.groups.is_in(group, action.person_id)
            and (group.kind == "channel") == bool(asked.get("chat_is_channel"))
            and asked.get("chat_is_forum") in (None, group.is_forum)
            and asked.get("chat_has_username") in (None, bool(group.username))
            and (owned or not asked.get("chat_is_created"))
            and (hub.groups.is_in(group, hub.profile.bot_id) or not asked.get("bot_is_member"))
        )

    fitting = [chat_id for chat_id in hub.world.groups if fits(chat_id)]
    chosen = action.chat_id if action.chat_id is not None else next(iter(fitting), None)
    if chosen is None or chosen not in fitting:
        raise ActionRefused("CHAT_ID_INVALID")
    named = _named(hub.profile.chat(chosen), "chat_id", asked)
    return {"request_id": asked["request_id"], **named}


def _make_bot(hub: Hub, person_id: int, asked: BotApi) -> None:
    """Create a bot with a token that this bot can request. Nothing runs it here."""
    if not hub.profile.setting("can_manage_bots"):
        raise ActionRefused("BOT_MANAGE_FORBIDDEN")
    bot_id = hub.world.next_managed_bot_id
    hub.world.next_managed_bot_id += 1
    record = ManagedBotRecord(
        id=bot_id,
        owner_id=person_id,
        name=asked.get("suggested_name") or "Bot",
        username=asked.get("suggested_username") or f"managed_{bot_id}_bot",
        token=token_of(bot_id),
    )
    hub.world.managed_bots[bot_id] = record
    bot: BotApi = {
        "id": bot_id,
        "is_bot": True,
        "first_name": record.name,
        "username": record.username,
    }
    hub.chats.say(person_id, {"managed_bot_created": {"bot": bot}})
    hub.updates.push("managed_bot", {"user": hub.profile.user(person_id), "bot": bot}, person_id)


def set_personal_chat(hub: Hub, action: SetPersonalChat) -> None:
    """Put one of the person's channels into their profile."""
    hub.chats.person(action.person_id)
    hub.world.personal_chats.pop(action.person_id, None)
    if action.chat_id is not None:
        group = member_of(hub, action.person_id, action.chat_id)
        if group.kind != "channel":
            raise ActionRefused("CHANNEL_INVALID")
        hub.world.personal_chats[action.person_id] = group.id
    hub.store.changed()


ACTIONS: Actions = {
    ShareByButton: share_by_button,
    SetPersonalChat: set_personal_chat,
}
