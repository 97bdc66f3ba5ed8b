"""A person's account that the bot is connected to, and its chats with customers."""

from telegram_emulator.actions.base import Action


class ConnectBusiness(Action, frozen=True, tag="connectBusiness"):
    """Connects the bot to the person's account, or changes its rights (names of
    `BusinessBotRights`) and the people whose chats it does not get. → `BusinessConnected`"""

    person_id: int
    rights: tuple[str, ...] = ("can_reply", "can_read_messages")
    excluded: tuple[int, ...] = ()


class DisconnectBusiness(Action, frozen=True, tag="disconnectBusiness"):
    """Removes the bot from the account."""

    person_id: int


class PauseBusinessChat(Action, frozen=True, tag="pauseBusinessChat"):
    """The owner pauses the bot in one chat, or resumes it."""

    person_id: int
    customer_id: int
    paused: bool = True


class SendBusinessText(Action, frozen=True, tag="sendBusinessText"):
    """One of the two writes in the account's chat with a customer. `person_id` is who writes,
    `owner_id` whose account it is, `customer_id` the other. `offline`: the account's own greeting
    or away message."""

    person_id: int
    owner_id: int
    customer_id: int
    text: str
    reply_to: int | None = None
    offline: bool = False


class DeleteBusinessMessages(Action, frozen=True, tag="deleteBusinessMessages"):
    """Deletes messages of a connected account's chat; here Telegram tells the bot."""

    owner_id: int
    customer_id: int
    message_ids: tuple[int, ...]


class EditBusinessText(Action, frozen=True, tag="editBusinessText"):
    """Edits a message of a connected account's chat."""

    owner_id: int
    customer_id: int
    message_id: int
    text: str


class MarkTasks(Action, frozen=True, tag="markTasks"):
    """Marks tasks of a checklist in such a chat as done or not done."""

    person_id: int
    owner_id: int
    customer_id: int
    message_id: int
    done: tuple[int, ...] = ()
    undone: tuple[int, ...] = ()
