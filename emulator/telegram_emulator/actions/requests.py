"""Answers to buttons that request something, and a person's personal channel."""

from telegram_emulator.actions.base import Action


class ShareByButton(Action, frozen=True, tag="shareByButton"):
    """Answers a button that requests people or a chat, or creates a managed bot: the button with
    this `text` in the keyboard, or a prepared one by its id. Without `user_ids` or `chat_id` any
    fitting ones are shared."""

    person_id: int
    text: str = ""
    prepared_id: str = ""
    user_ids: tuple[int, ...] = ()
    chat_id: int | None = None


class SetPersonalChat(Action, frozen=True, tag="setPersonalChat"):
    """Shows a channel in the person's profile, or none."""

    person_id: int
    chat_id: int | None = None
