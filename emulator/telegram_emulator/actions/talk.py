"""What a person does in the chat with the bot."""

from typing import Literal

from telegram_emulator.actions.base import Action


class PressStart(Action, frozen=True, tag="pressStart"):
    """The Start button, or a deep link `t.me/bot?start=parameter` (A-Z a-z 0-9 _ -, up to 64)."""

    person_id: int
    parameter: str | None = None


class SendText(Action, frozen=True, tag="sendText"):
    """The person writes. Commands, links, mentions and hashtags become entities as in Telegram.
    Texts over 4096 UTF-16 units are sent in pieces, as clients do. `chat_id` is a group's or
    channel's, null the chat with the bot; `thread_id` a topic's; `quote` part of the message
    that is replied to."""

    person_id: int
    text: str
    reply_to: int | None = None
    chat_id: int | None = None
    thread_id: int | None = None
    quote: str | None = None


class SendFile(Action, frozen=True, tag="sendFile"):
    """The person sends a file; `data` is base64. Photos may give their size in pixels, voice and
    video their length in seconds."""

    person_id: int
    kind: Literal[
        "photo", "document", "voice", "audio", "video", "sticker", "video_note", "animation"
    ]
    file_name: str
    media_type: str
    data: bytes
    caption: str = ""
    width: int = 0
    height: int = 0
    duration: int = 0
    chat_id: int | None = None
    thread_id: int | None = None
    reply_to: int | None = None


class EditText(Action, frozen=True, tag="editText"):
    """The person edits a message of their own."""

    person_id: int
    message_id: int
    text: str
    chat_id: int | None = None


class DeleteMessages(Action, frozen=True, tag="deleteMessages"):
    """The person deletes messages for both sides; the bot is not told (as in Telegram).
    Without ids the whole history goes."""

    person_id: int
    message_ids: list[int] | None = None
    chat_id: int | None = None


class PressButton(Action, frozen=True, tag="pressButton"):
    """A callback button under `message_id`, which is an `ephemeral_message_id` with `ephemeral`.
    → `CallbackStarted`, then a `callbackAnswer` event. Links, web_app, copy_text and
    switch_inline buttons are the page's own; `pay` buttons open the invoice sheet."""

    person_id: int
    message_id: int
    data: str
    chat_id: int | None = None
    ephemeral: bool = False


class StopDraft(Action, frozen=True, tag="stopDraft"):
    """Presses the stop button of a draft."""

    person_id: int
    draft_id: int


class ShareContact(Action, frozen=True, tag="shareContact"):
    """A `request_contact` keyboard button, or the phone request of a Mini App, when agreed to."""

    person_id: int


class BlockBot(Action, frozen=True, tag="blockBot"):
    """Blocks or unblocks the bot (`my_chat_member` update; sends then fail with 403)."""

    person_id: int
    blocked: bool
