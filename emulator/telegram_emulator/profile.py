"""Users, chats and the bot's own profile in the Bot API's JSON."""

from typing import Any

import msgspec

from telegram_emulator.changes import Changes
from telegram_emulator.config import Config
from telegram_emulator.events import BotEvent, PersonEvent
from telegram_emulator.group_records import GroupRecord
from telegram_emulator.schemas import BotApi, BotProfile, Person
from telegram_emulator.store import Store

MENU_TEXT = "Open"
FIRST_SETTINGS: BotApi = {
    "supports_inline_queries": True,
    "inline_query_placeholder": "",
    "needs_inline_query_location": False,
    "inline_feedback_share_denominator": 1,
    "can_join_groups": True,
    "can_read_all_group_messages": False,
    "can_connect_to_business": True,
    "can_manage_bots": False,
    "supports_guest_queries": True,
    "supports_join_request_queries": False,
    "has_topics_enabled": False,
    "allows_users_to_create_topics": False,
    "has_topic_sidebar": False,
    "can_communicate_with_bots": False,
    "callback_query_mode": "default",
}
"""The settings of a new bot. At Telegram most are off until BotFather or setMySettings turns them
on."""
NOT_IN_ME = {
    "inline_feedback_share_denominator",
    "can_communicate_with_bots",
    "callback_query_mode",
}
"""Settings that getMe does not return."""


def _menu_of(config: Config) -> BotApi:
    """The menu button as set in BotFather, for chats where the bot has set none."""
    if not config.app_url:
        return {"type": "commands"}
    return {"type": "web_app", "text": MENU_TEXT, "web_app": {"url": config.app_url}}


def _group_chat(group: GroupRecord) -> BotApi:
    chat: BotApi = {"id": group.id, "type": group.kind, "title": group.title}
    if group.username:
        chat["username"] = group.username
    if group.is_forum:
        chat["is_forum"] = True
    return chat


class Profile:
    """The bot's profile, resolved for languages and scopes like in clients."""

    def __init__(self, store: Store, changes: Changes, config: Config) -> None:
        self._store = store
        self._world = store.world
        self._changes = changes
        self.bot_id = config.bot_id
        self.username = config.bot_username
        self._default_name = config.bot_name
        self._default_menu = _menu_of(config)

    def user(self, person_id: int) -> BotApi:
        """A person as `User`."""
        person = self._world.people[person_id]
        user: BotApi = {"id": person.id, "is_bot": False, "first_name": person.first_name}
        for name in ("last_name", "username", "language_code"):
            if value := getattr(person, name):
                user[name] = value
        if person.is_premium:
            user["is_premium"] = True
        return user

    def change_person(self, person_id: int, **changes: Any) -> None:
        """Change fields of a person."""
        person = msgspec.structs.replace(self._world.people[person_id], **changes)
        self._world.people[person_id] = person
        self._store.changed()
        self._changes.emit(PersonEvent(person))

    def anybody(self, user_id: int) -> BotApi:
        """A person, or the bot itself, as `User`."""
        return self.bot_user() if user_id == self.bot_id else self.user(user_id)

    def chat(self, key: int) -> BotApi:
        """A chat as `Chat`: a private one, a group, a connected account's."""
        if group := self._world.groups.get(key):
            return _group_chat(group)
        if business := self._world.business_chats.get(key):
            key = business.customer_id
        user = self.user(key)
        chat: BotApi = {"id": key, "type": "private"}
        for name in ("first_name", "last_name", "username"):
            if name in user:
                chat[name] = user[name]
        return chat

    def bot_user(self) -> BotApi:
        """The bot as `User`."""
        return {
            "id": self.bot_id,
            "is_bot": True,
            "first_name": self.text("names", "") or self._default_name,
            "username": self.username,
        }

    def me(self) -> BotApi:
        """The result of getMe."""
        shown = {name: value for name, value in self.settings().items() if name not in NOT_IN_ME}
        return {
            **self.bot_user(),
            **shown,
            "has_main_web_app": True,
            "has_topic_sidebar": bool(shown["has_topic_sidebar"] and shown["has_topics_enabled"]),
            "active_usernames": [self.username],
        }

    def settings(self) -> BotApi:
        """The settings of setMySettings and BotFather, under setMySettings' names."""
        return {**FIRST_SETTINGS, **self._world.bot.settings}

    def setting(self, name: str) -> object:
        """One setting."""
        return self.settings()[name]

    def text(self, kind: str, language: str) -> str:
        """A name or description in exactly that language, as the get… methods return it."""
        texts: dict[str, str] = getattr(self._world.bot, kind)
        return texts.get(language, texts.get("", ""))

    def set_text(self, kind: str, language: str, text: str) -> None:
        """Set one; an empty text removes it."""
        texts: dict[str, str] = getattr(self._world.bot, kind)
        if text:
            texts[language] = text
        else:
            texts.pop(language, None)
        self.tell()

    def commands_for(self, person: Person) -> list[BotApi]:
        """The commands that a person sees, by Telegram's order of scopes
        (core.telegram.org/bots/api#determining-list-of-commands)."""
        language = person.language_code.split("-")[0]
        commands = self._world.bot.commands
        for scope in (f"chat:{person.id}", "all_private_chats", "default"):
            for wanted in (language, ""):
                if found := commands.get(f"{scope}|{wanted}"):
                    return found
        return []

    def menu_button_for(self, person_id: int) -> BotApi:
        """The menu button that a person sees."""
        buttons = self._world.bot.menu_buttons
        found = buttons.get(person_id, {"type": "default"})
        if found["type"] == "default":
            found = buttons.get(0, {"type": "default"})
        return self._default_menu if found["type"] == "default" else found

    def view(self) -> BotProfile:
        """The bot for the page."""
        return BotProfile(
            id=self.bot_id,
            first_name=self.text("names", "") or self._default_name,
            username=self.username,
            description=self.text("descriptions", ""),
            short_description=self.text("short_descriptions", ""),
            menu_button=self.menu_button_for(0),
            photo_url=f"emulator/files/{self._world.bot.photo}" if self._world.bot.photo else None,
        )

    def tell(self) -> None:
        """Tell the page about the profile."""
        self._store.changed()
        self._changes.emit(BotEvent(self.view(), self._world.bot_stars))
