"""Messages in a group that only one member sees, such as an answer to a pressed button.

The Bot API calls them ephemeral (10.2). They are stored apart from the group's messages and have
ids of their own, beside a `message_id` of 0.
"""

from dataclasses import dataclass
from typing import Any

from telegram_emulator.events import EphemeralEvent
from telegram_emulator.group_records import EphemeralRecord
from telegram_emulator.hub import Hub
from telegram_emulator.refusals import ApiError
from telegram_emulator.schemas import BotApi
from telegram_emulator.world import StoredMessage


@dataclass(frozen=True)
class Parameters:
    """The receiver, and the pressed button that the message answers."""

    receiver_id: int
    callback_query_id: str | None


def parameters_of(call: Any) -> Parameters | None:
    """The parameters that make a message ephemeral, in the form of 10.3 or of 10.2."""
    given = getattr(call, "ephemeral_message_parameters", None)
    if given is not None:
        return Parameters(given.receiver_user_id, given.callback_query_id)
    receiver = getattr(call, "receiver_user_id", None)
    return Parameters(receiver, getattr(call, "callback_query_id", None)) if receiver else None


def send(
    hub: Hub, chat_id: int, parameters: Parameters, content: BotApi, markup: BotApi | None
) -> StoredMessage:
    """Show a message to one member.

    Raises:
        ApiError: outside supergroups, for somebody who is not there, for a button that was
            pressed too long ago or by somebody else.
    """
    group = hub.groups.find(chat_id)
    if group is None or group.kind != "supergroup":
        raise ApiError("ephemeral messages can be sent only in supergroups")
    if not hub.groups.is_in(group, parameters.receiver_id):
        raise ApiError("USER_NOT_PARTICIPANT")
    query = parameters.callback_query_id
    if query is not None and hub.queries.pressed_by(query) != parameters.receiver_id:
        raise ApiError("query is too old and response timeout expired or query ID is invalid")
    number = hub.world.next_ephemeral_id
    hub.world.next_ephemeral_id += 1
    message: BotApi = {
        "message_id": 0,
        "ephemeral_message_id": number,
        "receiver_user": hub.profile.user(parameters.receiver_id),
        "from": hub.profile.bot_user(),
        "chat": hub.profile.chat(chat_id),
        "date": hub.clock.timestamp(),
        **content,
    }
    if markup is not None and "inline_keyboard" in markup:
        message["reply_markup"] = markup
    record = EphemeralRecord(
        id=number, chat_id=chat_id, receiver_id=parameters.receiver_id, message=message
    )
    hub.world.ephemerals[number] = record
    tell(hub, chat_id)
    return StoredMessage(id=0, outgoing=False, message=message)


def tell(hub: Hub, chat_id: int) -> None:
    """Store the change of a group's ephemeral messages, and show it."""
    hub.store.changed()
    now = [one.message for one in hub.world.ephemerals.values() if one.chat_id == chat_id]
    hub.changes.emit(EphemeralEvent(chat_id, now))


def find(hub: Hub, call: Any) -> EphemeralRecord:
    """The ephemeral message that a call names.

    Raises:
        ApiError: when there is none.
    """
    record = hub.world.ephemerals.get(call.ephemeral_message_id)
    named = (hub.chats.known(call.chat_id), call.receiver_user_id)
    if record is None or (record.chat_id, record.receiver_id) != named:
        raise ApiError("message to edit not found")
    return record
