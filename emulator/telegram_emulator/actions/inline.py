"""Messages outside the chat with the bot: inline, guest and prepared ones."""

from typing import Literal

from telegram_emulator.actions.base import Action


class InlineQuery(Action, frozen=True, tag="inlineQuery"):
    """`@bot query` typed somewhere: in the group `chat_id`, or in a chat of the kind
    `chat_type`. Waits up to 10 s. → `InlineAnswer`"""

    person_id: int
    query: str
    offset: str = ""
    chat_id: int | None = None
    chat_type: Literal["sender", "private", "group", "supergroup", "channel"] = "private"


class ChooseInlineResult(Action, frozen=True, tag="chooseInlineResult"):
    """Sends a result of the last inline query to `to` (any chat's name), or into the group
    `chat_id`. The bot gets `chosen_inline_result` as often as its settings say, and can edit the
    message later if the result has buttons. → `Shared`"""

    person_id: int
    query: str
    result_id: str
    to: str = ""
    chat_id: int | None = None
    thread_id: int | None = None


class SendGuestMessage(Action, frozen=True, tag="sendGuestMessage"):
    """Mentions the bot in a chat that it is not a member of: the group `chat_id` (replying to
    `reply_to` there), or one that only has a name. Its answer comes as a `shared` event, and as a
    message into the group."""

    person_id: int
    chat_title: str
    text: str
    chat_id: int | None = None
    thread_id: int | None = None
    reply_to: int | None = None


class PressShared(Action, frozen=True, tag="pressShared"):
    """A callback button under a message that was made from an inline result, wherever it is: the
    bot is told its `inline_message_id` only. → `CallbackStarted`"""

    person_id: int
    inline_message_id: str
    data: str


class ReadPreparedMessage(Action, frozen=True, tag="readPreparedMessage"):
    """The preview for `web_app_send_prepared_message`. → `PreparedMessage`; refused with
    MESSAGE_EXPIRED as the `prepared_message_failed` event names it."""

    person_id: int
    id: str


class SendPreparedMessage(Action, frozen=True, tag="sendPreparedMessage"):
    """Shares it with `to` (any chat's name). → `Shared`"""

    person_id: int
    id: str
    to: str
