"""What a bot's buttons ask of a person, and what its Mini App does."""

from telegram_emulator.actions.base import Action


class ShareByButton(Action, frozen=True, tag="shareByButton"):
    """Presses a button that asks for people or a chat, or makes a managed bot: the one with this
    `text` in the keyboard, or a prepared one by its id. Without `user_ids` or `chat_id` whatever
    fits is shared."""

    person_id: int
    text: str = ""
    prepared_id: str = ""
    user_ids: tuple[int, ...] = ()
    chat_id: int | None = None


class SetPersonalChat(Action, frozen=True, tag="setPersonalChat"):
    """Shows a channel in the person's profile, or none."""

    person_id: int
    chat_id: int | None = None
