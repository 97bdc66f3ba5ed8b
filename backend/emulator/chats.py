"""People's chats with the bot: messages appear, change and vanish on both sides."""

from datetime import timedelta
from typing import Any

from backend.emulator.changes import Changes
from backend.emulator.clock import Clock
from backend.emulator.drafts import Drafts
from backend.emulator.events import ChatEvent, MessageEvent, MessagesDeletedEvent
from backend.emulator.profile import Profile
from backend.emulator.refusals import ApiError
from backend.emulator.schemas import BotApi, ChatHead, ChatMessage, Person
from backend.emulator.store import Store
from backend.emulator.updates import Updates
from backend.emulator.world import ChatRecord, StoredMessage
from backend.errors import EmulatorRefused

ACTION_LIFE = timedelta(seconds=5)
"""How long a chat action is shown (core.telegram.org/bots/api#sendchataction)."""


class Chats:
    """Every chat by its person's id."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        changes: Changes,
        updates: Updates,
        drafts: Drafts,
        profile: Profile,
    ) -> None:
        self._store = store
        self._world = store.world
        self._clock = clock
        self._changes = changes
        self._updates = updates
        self._drafts = drafts
        self._profile = profile
        self._actions: dict[int, tuple[str, Any]] = {}

    # Who is there

    def person(self, person_id: int) -> Person:
        """The person.

        Raises:
            EmulatorRefused: when there is none.
        """
        if person_id not in self._world.people:
            raise EmulatorRefused(reason="USER_NOT_FOUND")
        return self._world.people[person_id]

    def record(self, person_id: int) -> ChatRecord:
        """The person's chat."""
        self.person(person_id)
        return self._world.chats.setdefault(person_id, ChatRecord())

    def find(self, chat_id: int | str) -> int:
        """The person behind a `chat_id` of a call.

        Raises:
            ApiError: where the bot may not write there.
        """
        person_id = self.known(chat_id)
        chat = self.record(person_id)
        if chat.blocked:
            raise ApiError("bot was blocked by the user", 403)
        if not (chat.started or chat.write_access):
            raise ApiError("bot can't initiate conversation with a user", 403)
        return person_id

    def known(self, chat_id: int | str) -> int:
        """The person behind a `chat_id`, whether or not the bot may write."""
        text = str(chat_id)
        if not text:
            raise ApiError("chat_id is empty")
        if not text.lstrip("-").isdigit() or int(text) not in self._world.people:
            raise ApiError("chat not found")
        return int(text)

    # Messages

    def say(self, person_id: int, content: BotApi, *, kind: str = "message") -> StoredMessage:
        """The person sends something (or a service message of theirs arises): an update."""
        stored = self._add(person_id, self._profile.user(person_id), content, outgoing=True)
        self._updates.push(kind, stored.message, person_id)
        return stored

    def receive(
        self, person_id: int, content: BotApi, markup: BotApi | None = None
    ) -> StoredMessage:
        """The bot sends something. `markup` is any reply markup."""
        self._drafts.end_all(person_id)
        self._actions.pop(person_id, None)
        chat = self.record(person_id)
        if markup is not None and "inline_keyboard" in markup:
            content = {**content, "reply_markup": markup}
        elif markup is not None:
            chat.reply_keyboard = None if markup.get("remove_keyboard") else markup
            self.tell(person_id)
        return self._add(person_id, self._profile.bot_user(), content, outgoing=False)

    def _add(
        self, person_id: int, sender: BotApi, content: BotApi, *, outgoing: bool
    ) -> StoredMessage:
        message_id = self._world.next_message_id
        self._world.next_message_id += 1
        message: BotApi = {
            "message_id": message_id,
            "from": sender,
            "chat": self._profile.chat(person_id),
            "date": self._clock.timestamp(),
            **content,
        }
        stored = StoredMessage(id=message_id, outgoing=outgoing, message=message)
        self.record(person_id).messages.append(stored)
        self._show(person_id, stored)
        return stored

    def message(self, person_id: int, message_id: int) -> StoredMessage | None:
        """A message by its id, if it is still there."""
        for stored in reversed(self.record(person_id).messages):
            if stored.id == message_id:
                return stored
        return None

    def edit(self, person_id: int, stored: StoredMessage, content: BotApi) -> None:
        """Replace parts of a message; None removes one."""
        message = {**stored.message, **content, "edit_date": self._clock.timestamp()}
        stored.message = {name: value for name, value in message.items() if value is not None}
        self._show(person_id, stored)
        if stored.outgoing:
            self._updates.push("edited_message", stored.message, person_id)

    def mark_paid(self, person_id: int, message_id: int) -> None:
        """The invoice in a message was paid; one that was deleted is let go."""
        stored = self.message(person_id, message_id)
        if stored is not None:
            stored.paid = True
            self._show(person_id, stored)

    def delete(self, person_id: int, message_ids: list[int]) -> None:
        """Remove messages on both sides; unknown ids do not matter."""
        chat = self.record(person_id)
        gone = set(message_ids)
        chat.messages = [stored for stored in chat.messages if stored.id not in gone]
        self._store.changed()
        self._changes.emit(MessagesDeletedEvent(person_id, message_ids))

    def _show(self, person_id: int, stored: StoredMessage) -> None:
        self._store.changed()
        self._changes.emit(MessageEvent(person_id, shown(stored)))

    # The head of a chat

    def act(self, person_id: int, action: str) -> None:
        """The bot shows that it is doing something, for 5 s."""
        if action == "cancel":
            self._actions.pop(person_id, None)
        else:
            self._actions[person_id] = (action, self._clock.now() + ACTION_LIFE)
        self.tell(person_id)

    def head(self, person_id: int) -> ChatHead:
        """The chat without its messages."""
        chat = self.record(person_id)
        action, until = self._actions.get(person_id, (None, None))
        if until is not None and until <= self._clock.now():
            action = until = None
        person = self.person(person_id)
        return ChatHead(
            person_id=person_id,
            started=chat.started,
            blocked=chat.blocked,
            write_access=chat.write_access,
            commands=self._profile.commands_for(person),
            menu_button=self._profile.menu_button_for(person_id),
            reply_keyboard=chat.reply_keyboard,
            action=action,
            action_until=until,
        )

    def tell(self, person_id: int) -> None:
        """Tell the page that something of the head changed."""
        self._store.changed()
        self._changes.emit(ChatEvent(self.head(person_id)))

    def tell_all(self) -> None:
        """The same for every chat, as when the commands changed."""
        for person_id in self._world.people:
            self.tell(person_id)


def shown(stored: StoredMessage) -> ChatMessage:
    """A message as the page sees it."""
    return ChatMessage(
        id=stored.id, outgoing=stored.outgoing, message=stored.message, paid=stored.paid
    )
