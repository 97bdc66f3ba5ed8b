"""Connected accounts: the owner and the customers write, and the bot gets updates."""

from telegram_emulator.actions import (
    BusinessConnected,
    ConnectBusiness,
    DeleteBusinessMessages,
    DisconnectBusiness,
    EditBusinessText,
    MarkTasks,
    PauseBusinessChat,
    SendBusinessText,
)
from telegram_emulator.content import LONGEST_TEXT, fields, without_reply
from telegram_emulator.control.handlers import Actions
from telegram_emulator.errors import ActionRefused
from telegram_emulator.group_records import BusinessChatRecord
from telegram_emulator.hub import Hub
from telegram_emulator.schemas import BotApi
from telegram_emulator.text import format_text


def connect(hub: Hub, action: ConnectBusiness) -> BusinessConnected:
    """Connect the bot."""
    hub.chats.person(action.person_id)
    record = hub.business.connect(action.person_id, list(action.rights), list(action.excluded))
    return BusinessConnected(record.id)


def disconnect(hub: Hub, action: DisconnectBusiness) -> None:
    """Remove the bot."""
    hub.business.disconnect(action.person_id)


def pause(hub: Hub, action: PauseBusinessChat) -> None:
    """Stop the bot in one chat."""
    hub.business.exclude(action.person_id, action.customer_id, excluded=action.paused)


def send_text(hub: Hub, action: SendBusinessText) -> None:
    """Write in a chat of a connected account."""
    if action.person_id not in (action.owner_id, action.customer_id):
        raise ActionRefused("PEER_ID_INVALID")
    formatted = format_text(action.text, None, [], LONGEST_TEXT, "MESSAGE_TOO_LONG")
    if not formatted.text:
        raise ActionRefused("MESSAGE_EMPTY")
    chat = _chat(hub, action.owner_id, action.customer_id)
    if action.person_id == action.customer_id:
        chat.heard_at = hub.clock.now()
    content: BotApi = fields(formatted)
    if action.reply_to is not None:
        target = hub.chats.message(chat.key, action.reply_to)
        if target is None:
            raise ActionRefused("REPLY_MESSAGE_ID_INVALID")
        content["reply_to_message"] = without_reply(target.message)
    if action.offline:
        content["is_from_offline"] = True
    author = {
        "from": hub.profile.user(action.person_id),
        "business_connection_id": chat.connection_id,
    }
    hub.chats.say(chat.key, content, author)


def edit_text(hub: Hub, action: EditBusinessText) -> None:
    """Change a message."""
    chat = _chat(hub, action.owner_id, action.customer_id)
    stored = hub.chats.message(chat.key, action.message_id)
    formatted = format_text(action.text, None, [], LONGEST_TEXT, "MESSAGE_TOO_LONG")
    if stored is None or not stored.outgoing or not formatted.text:
        raise ActionRefused("MESSAGE_ID_INVALID")
    hub.chats.edit(chat.key, stored, {"entities": None, **fields(formatted)})


def delete_messages(hub: Hub, action: DeleteBusinessMessages) -> None:
    """Delete messages on both sides."""
    chat = _chat(hub, action.owner_id, action.customer_id)
    there = [n for n in action.message_ids if hub.chats.message(chat.key, n) is not None]
    if not there:
        raise ActionRefused("MESSAGE_ID_INVALID")
    hub.chats.delete(chat.key, there)
    if hub.business.hears(chat):
        body: BotApi = {
            "business_connection_id": chat.connection_id,
            "chat": hub.profile.chat(chat.key),
            "message_ids": there,
        }
        hub.updates.push("deleted_business_messages", body, chat.key)


def mark_tasks(hub: Hub, action: MarkTasks) -> None:
    """Mark tasks of a checklist: the list changes, and a service message is added."""
    chat = _chat(hub, action.owner_id, action.customer_id)
    stored = hub.chats.message(chat.key, action.message_id)
    if stored is None or "checklist" not in stored.message:
        raise ActionRefused("MESSAGE_ID_INVALID")
    checklist = stored.message["checklist"]
    others = action.person_id != action.owner_id
    if others and not checklist.get("others_can_mark_tasks_as_done"):
        raise ActionRefused("TODO_NOT_ALLOWED")
    user = hub.profile.user(action.person_id)
    tasks = [dict(task) for task in checklist["tasks"]]
    if not {*action.done, *action.undone} <= {task["id"] for task in tasks}:
        raise ActionRefused("TODO_ITEM_INVALID")
    for task in tasks:
        if task["id"] in action.done:
            task |= {"completed_by_user": user, "completion_date": hub.clock.timestamp()}
        elif task["id"] in action.undone:
            task.pop("completed_by_user", None)
            task.pop("completion_date", None)
    stored.message = {**stored.message, "checklist": {**checklist, "tasks": tasks}}
    hub.chats.show(chat.key, stored)
    told: BotApi = {"checklist_message": without_reply(stored.message)}
    if action.done:
        told["marked_as_done_task_ids"] = list(action.done)
    if action.undone:
        told["marked_as_not_done_task_ids"] = list(action.undone)
    author = {"from": user, "business_connection_id": chat.connection_id}
    hub.chats.say(chat.key, {"checklist_tasks_done": told}, author)


def _chat(hub: Hub, owner_id: int, customer_id: int) -> BusinessChatRecord:
    hub.chats.person(owner_id)
    hub.chats.person(customer_id)
    record = hub.business.of_owner(owner_id)
    if record is None or owner_id == customer_id:
        raise ActionRefused("BOT_NOT_CONNECTED_YET" if record is None else "PEER_ID_INVALID")
    return hub.business.chat_between(record, customer_id)


ACTIONS: Actions = {
    ConnectBusiness: connect,
    DisconnectBusiness: disconnect,
    PauseBusinessChat: pause,
    SendBusinessText: send_text,
    EditBusinessText: edit_text,
    DeleteBusinessMessages: delete_messages,
    MarkTasks: mark_tasks,
}
