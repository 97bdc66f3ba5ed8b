"""What a person does in the chat with the bot."""

import re

from backend.emulator.actions import (
    BlockBot,
    CallbackStarted,
    DeleteMessages,
    EditText,
    PressButton,
    PressStart,
    SendFile,
    SendText,
    ShareContact,
    StopDraft,
)
from backend.emulator.api.sending import LONGEST_TEXT, fields, without_reply
from backend.emulator.control.handlers import Actions
from backend.emulator.files import MOST_TO_UPLOAD, as_document, as_photo, as_timed
from backend.emulator.hub import Hub
from backend.emulator.schemas import BotApi
from backend.emulator.text import format_text
from backend.emulator.world import ChatRecord
from backend.errors import EmulatorRefused


def press_start(hub: Hub, action: PressStart) -> None:
    """The Start button: the bot may write from now on."""
    parameter = action.parameter or ""
    if not re.fullmatch(r"[A-Za-z0-9_-]{0,64}", parameter):
        raise EmulatorRefused(reason="START_PARAM_INVALID")
    chat = hub.chats.record(action.person_id)
    if chat.blocked:
        _set_blocked(hub, action.person_id, chat, blocked=False)
    chat.started = True
    hub.chats.tell(action.person_id)
    _say_text(hub, action.person_id, f"/start {parameter}".strip(), {})


def send_text(hub: Hub, action: SendText) -> None:
    """A message, in pieces where it is too long for one."""
    _open_chat(hub, action.person_id)
    if not action.text.strip():
        raise EmulatorRefused(reason="MESSAGE_EMPTY")
    context: BotApi = {}
    if action.reply_to is not None:
        target = hub.chats.message(action.person_id, action.reply_to)
        if target is None:
            raise EmulatorRefused(reason="REPLY_MESSAGE_ID_INVALID")
        context = {"reply_to_message": without_reply(target.message)}
    for piece in pieces(action.text):
        _say_text(hub, action.person_id, piece, context)


def pieces(text: str) -> list[str]:
    """`text` in pieces of at most 4096 UTF-16 units, cut at line ends or spaces where it can."""
    found: list[str] = []
    rest = text.strip()
    while rest:
        data = rest.encode("utf-16-le")
        if len(data) <= LONGEST_TEXT * 2:
            return [*found, rest]
        piece = data[: LONGEST_TEXT * 2].decode("utf-16-le", "ignore")
        cut = max(piece.rfind("\n"), piece.rfind(" "))
        piece = piece[:cut] if cut > len(piece) // 2 else piece
        found.append(piece)
        rest = rest[len(piece) :].strip()
    return found


def _say_text(hub: Hub, person_id: int, text: str, context: BotApi) -> None:
    formatted = format_text(text, None, [], LONGEST_TEXT, "MESSAGE_TOO_LONG")
    hub.chats.say(person_id, {**fields(formatted), **context})


def send_file(hub: Hub, action: SendFile) -> None:
    """A photo, document, voice message, song or video."""
    _open_chat(hub, action.person_id)
    if not action.data or len(action.data) > MOST_TO_UPLOAD:
        raise EmulatorRefused(reason="FILE_PARTS_INVALID")
    record = hub.files.keep(action.kind, action.file_name, action.media_type, action.data)
    content: BotApi
    if action.kind == "photo":
        content = {"photo": as_photo(record, action.width, action.height)}
    elif action.kind == "document":
        content = {"document": as_document(record)}
    else:
        media = as_timed(record, action.kind, action.duration, action.width, action.height)
        content = {action.kind: media}
    caption = format_text(action.caption[:1024], None, [], LONGEST_TEXT, "MEDIA_CAPTION_TOO_LONG")
    content |= fields(caption, "caption", "caption_entities")
    hub.chats.say(action.person_id, content)


def edit_text(hub: Hub, action: EditText) -> None:
    """Change one's own message."""
    stored = hub.chats.message(action.person_id, action.message_id)
    if stored is None or not stored.outgoing or "text" not in stored.message:
        raise EmulatorRefused(reason="MESSAGE_ID_INVALID")
    formatted = format_text(
        pieces(action.text)[0] if action.text.strip() else "", None, [], LONGEST_TEXT, ""
    )
    if not formatted.text:
        raise EmulatorRefused(reason="MESSAGE_EMPTY")
    hub.chats.edit(action.person_id, stored, {"entities": None, **fields(formatted)})


def delete_messages(hub: Hub, action: DeleteMessages) -> None:
    """Delete some messages, or all."""
    ids = action.message_ids
    if ids is None:
        ids = [stored.id for stored in hub.chats.record(action.person_id).messages]
    hub.chats.delete(action.person_id, ids)


def press_button(hub: Hub, action: PressButton) -> CallbackStarted:
    """A callback button: the bot is asked and has 15 s to answer."""
    stored = hub.chats.message(action.person_id, action.message_id)
    if stored is None:
        raise EmulatorRefused(reason="MESSAGE_ID_INVALID")
    rows = stored.message.get("reply_markup", {}).get("inline_keyboard", [])
    rich = str(stored.message.get("rich_message", ""))  # rich messages may hold buttons too
    known = any(button.get("callback_data") == action.data for row in rows for button in row)
    if not known and f"'callback_data': {action.data!r}" not in rich:
        raise EmulatorRefused(reason="DATA_INVALID")
    query_id = hub.queries.press(action.person_id)
    query = {
        "id": query_id,
        "from": hub.profile.user(action.person_id),
        "message": stored.message,
        "chat_instance": str(action.person_id * 31),
        "data": action.data,
    }
    hub.updates.push("callback_query", query, action.person_id)
    return CallbackStarted(query_id)


def stop_draft(hub: Hub, action: StopDraft) -> None:
    """Stop an answer; the bot is told."""
    draft = hub.drafts.stop(action.person_id, action.draft_id)
    if draft is None:
        raise EmulatorRefused(reason="DRAFT_NOT_FOUND")
    body: BotApi = {"chat": hub.profile.chat(action.person_id), "draft_id": draft.draft_id}
    if draft.message_thread_id is not None:
        body["message_thread_id"] = draft.message_thread_id
    hub.updates.push("stopped_message_generation", body, action.person_id)


def share_contact(hub: Hub, action: ShareContact) -> None:
    """Give the bot one's phone number."""
    person = hub.chats.person(action.person_id)
    if not person.phone_number:
        raise EmulatorRefused(reason="PHONE_NUMBER_INVALID")
    contact: BotApi = {"phone_number": person.phone_number, "first_name": person.first_name}
    if person.last_name:
        contact["last_name"] = person.last_name
    hub.chats.record(person.id).contact_shared_at = hub.clock.now()
    hub.chats.say(person.id, {"contact": {**contact, "user_id": person.id}})


def block_bot(hub: Hub, action: BlockBot) -> None:
    """Block or unblock the bot."""
    chat = hub.chats.record(action.person_id)
    if chat.blocked != action.blocked:
        _set_blocked(hub, action.person_id, chat, action.blocked)


def _set_blocked(hub: Hub, person_id: int, chat: ChatRecord, blocked: bool) -> None:
    chat.blocked = blocked
    bot = hub.profile.bot_user()

    def member(banned: bool) -> BotApi:
        if banned:
            return {"user": bot, "status": "kicked", "until_date": 0}
        return {"user": bot, "status": "member"}

    body = {
        "chat": hub.profile.chat(person_id),
        "from": hub.profile.user(person_id),
        "date": hub.clock.timestamp(),
        "old_chat_member": member(not blocked),
        "new_chat_member": member(blocked),
    }
    hub.updates.push("my_chat_member", body, person_id)
    hub.chats.tell(person_id)


def _open_chat(hub: Hub, person_id: int) -> None:
    """Refuse where a client shows a Start or Unblock button instead of a text field."""
    chat = hub.chats.record(person_id)
    if chat.blocked:
        raise EmulatorRefused(reason="YOU_BLOCKED_USER")
    if not chat.started:
        raise EmulatorRefused(reason="press Start first")


ACTIONS: Actions = {
    PressStart: press_start,
    SendText: send_text,
    SendFile: send_file,
    EditText: edit_text,
    DeleteMessages: delete_messages,
    PressButton: press_button,
    StopDraft: stop_draft,
    ShareContact: share_contact,
    BlockBot: block_bot,
}
