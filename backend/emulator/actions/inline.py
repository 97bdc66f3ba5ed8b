"""Messages outside the chat with the bot: inline, guest and prepared ones."""

from backend.emulator.actions.base import Action


class InlineQuery(Action, frozen=True, tag="inlineQuery"):
    """`@bot query` typed somewhere. Waits up to 10 s. → `InlineAnswer`"""

    person_id: int
    query: str
    offset: str = ""


class ChooseInlineResult(Action, frozen=True, tag="chooseInlineResult"):
    """Sends a result of the last inline query to `to` (any chat's name). → `Shared`"""

    person_id: int
    query: str
    result_id: str
    to: str


class SendGuestMessage(Action, frozen=True, tag="sendGuestMessage"):
    """Mentions the bot in a chat it is no member of. Its answer comes as a `shared` event."""

    person_id: int
    chat_title: str
    text: str


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
