"""Accounts that the bot is connected to ("secretary mode"): connections, their chats, and what the
bot may do in them.

See core.telegram.org/bots/features#bots-for-business and the Bot API's BusinessConnection and
BusinessBotRights. The chats are the owner's with other people and are separate from those people's
chats with the bot, although the Bot API uses the same id for both.
"""

import secrets
from datetime import timedelta

from telegram_emulator.clock import Clock
from telegram_emulator.errors import ActionRefused
from telegram_emulator.group_records import BusinessChatRecord, BusinessRecord
from telegram_emulator.profile import Profile
from telegram_emulator.refusals import ApiError
from telegram_emulator.schemas import BotApi
from telegram_emulator.store import Store
from telegram_emulator.updates import Updates

REPLY_WITHIN = timedelta(hours=24)
"""For how long after a customer's message the bot may write to them."""
FIRST_KEY = -3_000_000_000_000
"""Business chats are stored under numbers from here downwards, which no chat of Telegram has."""
RIGHTS = (
    "can_reply",
    "can_read_messages",
    "can_delete_sent_messages",
    "can_delete_all_messages",
    "can_edit_name",
    "can_edit_bio",
    "can_edit_profile_photo",
    "can_edit_username",
    "can_change_gift_settings",
    "can_view_gifts_and_stars",
    "can_convert_gifts_to_stars",
    "can_transfer_and_upgrade_gifts",
    "can_transfer_stars",
    "can_manage_stories",
)


class Business:
    """All connections, by id."""

    def __init__(self, store: Store, clock: Clock, updates: Updates, profile: Profile) -> None:
        self._store = store
        self._world = store.world
        self._clock = clock
        self._updates = updates
        self._profile = profile

    def connect(self, owner_id: int, rights: list[str], excluded: list[int]) -> BusinessRecord:
        """The owner connects the bot, or changes its rights and chats.

        Raises:
            ActionRefused: where the bot is not for that, or a right is not known.
        """
        if not self._profile.setting("can_connect_to_business"):
            raise ActionRefused("BOT_BUSINESS_MISSING")
        if unknown := set(rights) - set(RIGHTS):
            raise ActionRefused(f"no such right: {', '.join(sorted(unknown))}")
        record = self.of_owner(owner_id)
        if record is None:
            record = BusinessRecord(
                id=secrets.token_urlsafe(12),
                owner_id=owner_id,
                rights={},
                date=self._clock.timestamp(),
            )
            self._world.business[record.id] = record
        record.rights = dict.fromkeys(rights, True)
        record.excluded = list(excluded)
        record.enabled = True
        self._tell(record)
        return record

    def disconnect(self, owner_id: int) -> None:
        """The owner removes the bot from the account.

        Raises:
            ActionRefused: when it is not connected.
        """
        record = self.of_owner(owner_id)
        if record is None or not record.enabled:
            raise ActionRefused("BOT_NOT_CONNECTED_YET")
        record.enabled = False
        self._tell(record)
        del self._world.business[record.id]

    def exclude(self, owner_id: int, customer_id: int, *, excluded: bool) -> None:
        """The owner excludes one chat from the bot, or includes it again."""
        record = self.of_owner(owner_id)
        if record is None:
            raise ActionRefused("BOT_NOT_CONNECTED_YET")
        kept = [one for one in record.excluded if one != customer_id]
        record.excluded = [*kept, customer_id] if excluded else kept
        self._store.changed()

    def _tell(self, record: BusinessRecord) -> None:
        self._store.changed()
        self._updates.push("business_connection", self.view(record), record.owner_id)

    def of_owner(self, owner_id: int) -> BusinessRecord | None:
        """The owner's connection."""
        return next(
            (one for one in self._world.business.values() if one.owner_id == owner_id), None
        )

    def view(self, record: BusinessRecord) -> BotApi:
        """`BusinessConnection`"""
        return {
            "id": record.id,
            "user": self._profile.user(record.owner_id),
            "user_chat_id": record.owner_id,
            "date": record.date,
            "is_enabled": record.enabled,
            "rights": record.rights,
        }

    # For the bot

    def connection(self, connection_id: str) -> BusinessRecord:
        """The connection that a call names.

        Raises:
            ApiError: when there is none.
        """
        if connection_id not in self._world.business:
            raise ApiError("business connection not found")
        return self._world.business[connection_id]

    def require(self, connection_id: str, right: str) -> BusinessRecord:
        """The connection, if the bot has this right in it.

        Raises:
            ApiError: when it has not.
        """
        record = self.connection(connection_id)
        if not record.rights.get(right):
            raise ApiError("BOT_ACCESS_FORBIDDEN", 403)
        return record

    def chat_of_call(self, connection_id: str, chat_id: int | str) -> BusinessChatRecord:
        """The chat that a call names together with a connection.

        Raises:
            ApiError: when the bot cannot know it.
        """
        record = self.connection(connection_id)
        text = str(chat_id)
        customer = int(text) if text.isdigit() else 0
        chat = self._find(record.id, customer)
        if chat is None or customer in record.excluded:
            raise ApiError("BUSINESS_PEER_INVALID")
        return chat

    def check_sending(self, chat: BusinessChatRecord) -> None:
        """Check that the bot may write there now.

        Raises:
            ApiError: without the right, or when the customer has been silent for a day.
        """
        self.require(chat.connection_id, "can_reply")
        if chat.heard_at is None or self._clock.now() - chat.heard_at > REPLY_WITHIN:
            raise ApiError("BUSINESS_PEER_USAGE_MISSING", 403)

    # Chats

    def chat_between(self, record: BusinessRecord, customer_id: int) -> BusinessChatRecord:
        """The owner's chat with a customer, created when it is first needed."""
        found = self._find(record.id, customer_id)
        if found is None:
            found = BusinessChatRecord(
                key=FIRST_KEY - len(self._world.business_chats),
                connection_id=record.id,
                owner_id=record.owner_id,
                customer_id=customer_id,
            )
            self._world.business_chats[found.key] = found
            self._store.changed()
        return found

    def _find(self, connection_id: str, customer_id: int) -> BusinessChatRecord | None:
        for chat in self._world.business_chats.values():
            if chat.connection_id == connection_id and chat.customer_id == customer_id:
                return chat
        return None

    def hears(self, chat: BusinessChatRecord) -> bool:
        """Whether the bot gets the messages of a chat."""
        record = self._world.business.get(chat.connection_id)
        return record is not None and record.enabled and chat.customer_id not in record.excluded
