"""What a person does in the chat with the bot."""

import re

from telegram_emulator.actions import (
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
from telegram_emulator.content import LONGEST_TEXT, fields
from telegram_emulator.control.handlers import Actions
from telegram_emulator.control.place import Place, member_of, place_of, seen
from telegram_emulator.errors import ActionRefused
from telegram_emulator.files import (
    MOST_TO_UPLOAD,
    as_document,
    as_photo,
    as_sticker,
    as_timed,
    as_video_note,
)
from telegram_emulator.hub import Hub
from telegram_emulator.schemas import BotApi
from telegram_emulator.text import format_text
from telegram_emulator.world import ChatRecord, FileRecord, StoredMessage


def press_start(hub: Hub, action: PressStart) -> None:
    """Press the Start button: the bot may write from now on."""
    parameter = action.parameter or ""
    if not re.fullmatch(r"[A-Za-z0-9_-]{0,64}", parameter):
        raise ActionRefused("START_PARAM_INVALID")
    chat = hub.chats.record(action.person_id)
    if chat.blocked:
        _set_blocked(hub, action.person_id, chat, blocked=False)
    chat.started = True
    hub.chats.tell(action.person_id)
    place = Place(action.person_id, {"from": hub.profile.user(action.person_id)}, {})
    _say_text(hub, place, f"/start {parameter}".strip())


def send_text(hub: Hub, action: SendText) -> None:
    """Send a message, in pieces if it is too long for one."""
    if not action.text.strip():
        raise ActionRefused("MESSAGE_EMPTY")
    place = place_of(hub, action, {"text": action.text})
    for piece in pieces(action.text):
        _say_text(hub, place, piece)


def pieces(text: str) -> list[str]:
    """`text` in pieces of at most 4096 UTF-16 units, cut at line ends or spaces if possible."""
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


def _say_text(hub: Hub, place: Place, text: str) -> None:
    formatted = format_text(text, None, [], LONGEST_TEXT, "MESSAGE_TOO_LONG")
    hub.chats.say(place.key, {**fields(formatted), **place.context}, place.author)


def send_file(hub: Hub, action: SendFile) -> None:
    """Send a photo, document, voice message, audio or video."""
    if not action.data or len(action.data) > MOST_TO_UPLOAD:
        raise ActionRefused("FILE_PARTS_INVALID")
    place = place_of(hub, action, {action.kind: True})
    record = hub.files.keep(action.kind, action.file_name, action.media_type, action.data)
    content = _file_content(record, action)
    caption = format_text(action.caption[:1024], None, [], LONGEST_TEXT, "MEDIA_CAPTION_TOO_LONG")
    content |= fields(caption, "caption", "caption_entities")
    hub.chats.say(place.key, {**content, **place.context}, place.author)


def _file_content(record: FileRecord, action: SendFile) -> BotApi:
    measures = (action.duration, action.width, action.height)
    match action.kind:
        case "photo":
            return {"photo": as_photo(record, action.width, action.height)}
        case "document":
            return {"document": as_document(record)}
        case "sticker":
            return {"sticker": as_sticker(record)}
        case "video_note":
            return {"video_note": as_video_note(record, action.duration, action.width)}
        case "animation":
            return {
                "animation": as_timed(record, "video", *measures),
                "document": as_document(record),
            }
        case kind:
            return {kind: as_timed(record, kind, *measures)}


def edit_text(hub: Hub, action: EditText) -> None:
    """Edit one's own message."""
    key, stored = seen(hub, action)
    mine = _sender(stored) in (action.person_id, None)
    if not stored.outgoing or not mine or "text" not in stored.message:
        raise ActionRefused("MESSAGE_ID_INVALID")
    formatted = format_text(
        pieces(action.text)[0] if action.text.strip() else "", None, [], LONGEST_TEXT, ""
    )
    if not formatted.text:
        raise ActionRefused("MESSAGE_EMPTY")
    hub.chats.edit(key, stored, {"entities": None, **fields(formatted)})


def delete_messages(hub: Hub, action: DeleteMessages) -> None:
    """Delete some messages, or all; in a group one's own, or any as an administrator."""
    key = action.person_id if action.chat_id is None else action.chat_id
    stored = hub.chats.record(key).messages
    if action.chat_id is not None:
        group = member_of(hub, action.person_id, key)
        if not hub.groups.has_right(group, action.person_id, "can_delete_messages"):
            stored = [one for one in stored if _sender(one) == action.person_id]
    ids = [one.id for one in stored]
    if action.message_ids is not None and action.chat_id is None:
        ids = action.message_ids
    elif action.message_ids is not None:
        ids = [one for one in action.message_ids if one in ids]
    hub.chats.delete(key, ids)


def _sender(stored: StoredMessage) -> int | None:
    sender: int | None = stored.message.get("from", {}).get("id")
    return sender


def press_button(hub: Hub, action: PressButton) -> CallbackStarted:
    """Press a callback button: the bot has 15 s to answer."""
    message = _pressed_message(hub, action)
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    rich = str(message.get("rich_message", ""))  # rich messages can contain buttons too
    known = any(button.get("callback_data") == action.data for row in rows for button in row)
    if not known and f"'callback_data': {action.data!r}" not in rich:
        raise ActionRefused("DATA_INVALID")
    key = action.person_id if action.chat_id is None else action.chat_id
    query_id = hub.queries.press(action.person_id)
    query = {
        "id": query_id,
        "from": hub.profile.user(action.person_id),
        "message": message,
        "chat_instance": str(abs(key) * 31),
        "data": action.data,
    }
    hub.updates.push("callback_query", query, key)
    return CallbackStarted(query_id)


def _pressed_message(hub: Hub, action: PressButton) -> BotApi:
    if not action.ephemeral:
        return seen(hub, action)[1].message
    record = hub.world.ephemerals.get(action.message_id)
    if record is None or (record.receiver_id, record.chat_id) != (action.person_id, action.chat_id):
        raise ActionRefused("MESSAGE_ID_INVALID")
    return record.message


def stop_draft(hub: Hub, action: StopDraft) -> None:
    """Stop an answer; the bot gets an update."""
    draft = hub.drafts.stop(action.person_id, action.draft_id)
    if draft is None:
        raise ActionRefused("DRAFT_NOT_FOUND")
    body: BotApi = {"chat": hub.profile.chat(action.person_id), "draft_id": draft.draft_id}
    if draft.message_thread_id is not None:
        body["message_thread_id"] = draft.message_thread_id
    hub.updates.push("stopped_message_generation", body, action.person_id)


def share_contact(hub: Hub, action: ShareContact) -> None:
    """Share one's phone number with the bot."""
    person = hub.chats.person(action.person_id)
    if not person.phone_number:
        raise ActionRefused("PHONE_NUMBER_INVALID")
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
