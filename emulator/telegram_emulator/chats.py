"""Chats: sending, editing and deleting messages on both sides."""

from datetime import timedelta
from typing import Any

from telegram_emulator.changes import Changes
from telegram_emulator.clock import Clock
from telegram_emulator.drafts import Drafts
from telegram_emulator.errors import ActionRefused
from telegram_emulator.events import ChatEvent, MessageEvent, MessagesDeletedEvent
from telegram_emulator.places import Places
from telegram_emulator.profile import Profile
from telegram_emulator.refusals import ApiError
from telegram_emulator.schemas import BotApi, ChatHead, ChatMessage, Person
from telegram_emulator.store import Store
from telegram_emulator.updates import Updates
from telegram_emulator.world import ChatRecord, StoredMessage

ACTION_LIFE = timedelta(seconds=5)
"""For how long a chat action is shown (core.telegram.org/bots/api#sendchataction)."""


class Chats:
    """All chats by number: a private chat has its person's id, a group its own, and chats of
    connected accounts the numbers that `business.py` gives them."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        changes: Changes,
        updates: Updates,
        drafts: Drafts,
        profile: Profile,
        places: Places,
    ) -> None:
        self._store = store
        self._world = store.world
        self._clock = clock
        self._changes = changes
        self._updates = updates
        self._drafts = drafts
        self._profile = profile
        self._places = places
        self._actions: dict[int, tuple[str, Any]] = {}

    # Finding chats

    def person(self, person_id: int) -> Person:
        """The person.

        Raises:
            ActionRefused: when there is none.
        """
        if person_id not in self._world.people:
            raise ActionRefused("USER_NOT_FOUND")
        return self._world.people[person_id]

    def record(self, key: int) -> ChatRecord:
        """The chat.

        Raises:
            ActionRefused: when there is none.
        """
        if not self._places.exists(key):
            self.person(key)
        return self._world.chats.setdefault(key, ChatRecord())

    def private(self, chat_id: int | str) -> int:
        """The person whose private chat a call names.

        Raises:
            ApiError: for no chat, or one that is not private.
        """
        key = self._places.known(chat_id)
        if key not in self._world.people:
            raise ApiError("chat not found")
        return key

    def find(self, chat_id: int | str, connection_id: str | None = None) -> int:
        """The chat that a call writes to.

        Raises:
            ApiError: where the bot may not write there.
        """
        key = self._places.known(chat_id, connection_id)
        self._places.check_reachable(key)
        if key not in self._world.people:
            return key
        chat = self.record(key)
        if chat.blocked:
            raise ApiError("bot was blocked by the user", 403)
        if not (chat.started or chat.write_access):
            raise ApiError("bot can't initiate conversation with a user", 403)
        return key

    def known(self, chat_id: int | str, connection_id: str | None = None) -> int:
        """The chat that a call names, whether or not the bot may write there."""
        return self._places.known(chat_id, connection_id)

    # Messages

    def say(self, key: int, content: BotApi, author: BotApi | None = None) -> StoredMessage:
        """A person or chat sends a message, or a service message occurs: the bot gets an update.
        `author` are the fields that name the sender; in a private chat it is the person."""
        author = author or {"from": self._profile.user(key)}
        stored = self._add(key, author, content, outgoing=True)
        self._tell_bot(key, stored.message, edited=False)
        return stored

    def _tell_bot(self, key: int, message: BotApi, *, edited: bool) -> None:
        if self._places.hears(key, message):
            self._updates.push(self._places.update_kind(key, edited=edited), message, key)

    def receive(self, key: int, content: BotApi, markup: BotApi | None = None) -> StoredMessage:
        """The bot sends a message. `markup` is any reply markup."""
        self._drafts.end_all(key)
        self._actions.pop(key, None)
        chat = self.record(key)
        if markup is not None and "inline_keyboard" in markup:
            content = {**content, "reply_markup": markup}
        elif markup is not None:
            chat.reply_keyboard = None if markup.get("remove_keyboard") else markup
            self.tell(key)
        self._places.spoke(key)
        return self._add(key, self._places.from_bot(key), content, outgoing=False)

    def _add(self, key: int, author: BotApi, content: BotApi, *, outgoing: bool) -> StoredMessage:
        message_id = self._world.next_message_id
        self._world.next_message_id += 1
        message: BotApi = {
            "message_id": message_id,
            **author,
            "chat": self._profile.chat(key),
            "date": self._clock.timestamp(),
            **content,
        }
        stored = StoredMessage(id=message_id, outgoing=outgoing, message=message)
        self.record(key).messages.append(stored)
        self.show(key, stored)
        self._mirror(key, stored.message)
        return stored

    def _mirror(self, key: int, message: BotApi) -> None:
        """A channel's post also appears in its discussion group."""
        if (target := self._places.discussion(key)) is not None:
            self.say(target, *self._places.mirrored(message))

    def message(self, key: int, message_id: int) -> StoredMessage | None:
        """The message with this id, if it still exists."""
        for stored in reversed(self.record(key).messages):
            if stored.id == message_id:
                return stored
        return None

    def edit(self, key: int, stored: StoredMessage, content: BotApi) -> None:
        """Replace parts of a message; None removes one."""
        message = {**stored.message, **content, "edit_date": self._clock.timestamp()}
        stored.message = {name: value for name, value in message.items() if value is not None}
        self.show(key, stored)
        if stored.outgoing:
            self._tell_bot(key, stored.message, edited=True)

    def mark_paid(self, key: int, message_id: int) -> None:
        """Mark the invoice in a message as paid; a deleted message is ignored."""
        stored = self.message(key, message_id)
        if stored is not None:
            stored.paid = True
            self.show(key, stored)

    def delete(self, key: int, message_ids: list[int]) -> None:
        """Delete messages on both sides; unknown ids are ignored."""
        chat = self.record(key)
        gone = set(message_ids)
        chat.messages = [stored for stored in chat.messages if stored.id not in gone]
        self._store.changed()
        self._changes.emit(MessagesDeletedEvent(key, message_ids))

    def show(self, key: int, stored: StoredMessage) -> None:
        """Store a changed message and show it."""
        self._store.changed()
        self._changes.emit(MessageEvent(key, shown(stored)))

    # Pins

    def pin(self, key: int, stored: StoredMessage) -> None:
        """The bot pins a message: a service message is added, and the bot gets an update."""
        chat = self.record(key)
        if stored.id in chat.pinned:
            return
        chat.pinned.append(stored.id)
        inside = {k: v for k, v in stored.message.items() if k != "reply_to_message"}
        pinned = self.receive(key, {"pinned_message": inside})
        self._tell_bot(key, pinned.message, edited=False)

    def unpin(self, key: int, message_id: int | None) -> None:
        """Unpin one message; if none is named, the one pinned last."""
        pinned = self.record(key).pinned
        if message_id is None and pinned:
            pinned.pop()
        elif message_id in pinned:
            pinned.remove(message_id)
        self._store.changed()

    def unpin_all(self, key: int) -> None:
        """Unpin all messages."""
        self.record(key).pinned.clear()
        self._store.changed()

    # The head of a chat

    def act(self, key: int, action: str) -> None:
        """Show a chat action of the bot for 5 s."""
        if action == "cancel":
            self._actions.pop(key, None)
        else:
            self._actions[key] = (action, self._clock.now() + ACTION_LIFE)
        self.tell(key)

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

    def tell(self, key: int) -> None:
        """Tell the page that the head has changed."""
        self._store.changed()
        if key in self._world.people:
            self._changes.emit(ChatEvent(self.head(key)))

    def tell_all(self) -> None:
        """Tell the page about every chat, for example after the commands changed."""
        for person_id in self._world.people:
            self.tell(person_id)


def shown(stored: StoredMessage) -> ChatMessage:
    """A message as the page gets it."""
    return ChatMessage(
        id=stored.id,
        outgoing=stored.outgoing,
        message=stored.message,
        paid=stored.paid,
        bot_reaction=stored.bot_reaction,
        reactions=stored.reactions,
    )
