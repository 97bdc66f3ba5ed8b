"""Who is who in the Bot API's JSON, and what the bot has said about itself."""

from backend.emulator.changes import Changes
from backend.emulator.events import BotEvent
from backend.emulator.schemas import BotApi, BotProfile, Person
from backend.emulator.store import Store

DEFAULT_NAME = "Tanya"
DEFAULT_MENU: BotApi = {"type": "commands"}


class Profile:
    """The bot's profile, resolved for languages and scopes as clients do."""

    def __init__(self, store: Store, changes: Changes, bot_id: int, username: str) -> None:
        self._store = store
        self._world = store.world
        self._changes = changes
        self.bot_id = bot_id
        self.username = username

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

    def chat(self, person_id: int) -> BotApi:
        """A person's private chat as `Chat`."""
        user = self.user(person_id)
        chat: BotApi = {"id": person_id, "type": "private"}
        for name in ("first_name", "last_name", "username"):
            if name in user:
                chat[name] = user[name]
        return chat

    def bot_user(self) -> BotApi:
        """The bot as `User`."""
        return {
            "id": self.bot_id,
            "is_bot": True,
            "first_name": self.text("names", "") or DEFAULT_NAME,
            "username": self.username,
        }

    def me(self) -> BotApi:
        """What getMe answers."""
        return {
            **self.bot_user(),
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_guest_queries": True,
            "supports_inline_queries": True,
            "can_connect_to_business": False,
            "has_main_web_app": True,
            "has_topics_enabled": False,
            "allows_users_to_create_topics": False,
            "can_manage_bots": False,
        }

    def text(self, kind: str, language: str) -> str:
        """A name or description: in that language exactly, as the get… methods answer."""
        texts: dict[str, str] = getattr(self._world.bot, kind)
        return texts.get(language, texts.get("", ""))

    def set_text(self, kind: str, language: str, text: str) -> None:
        """Keep one; an empty text removes it."""
        texts: dict[str, str] = getattr(self._world.bot, kind)
        if text:
            texts[language] = text
        else:
            texts.pop(language, None)
        self.tell()

    def commands_for(self, person: Person) -> list[BotApi]:
        """The commands a person sees, by Telegram's order of scopes
        (core.telegram.org/bots/api#determining-list-of-commands)."""
        language = person.language_code.split("-")[0]
        commands = self._world.bot.commands
        for scope in (f"chat:{person.id}", "all_private_chats", "default"):
            for wanted in (language, ""):
                if found := commands.get(f"{scope}|{wanted}"):
                    return found
        return []

    def menu_button_for(self, person_id: int) -> BotApi:
        """The menu button a person sees."""
        buttons = self._world.bot.menu_buttons
        found = buttons.get(person_id, {"type": "default"})
        if found["type"] == "default":
            found = buttons.get(0, DEFAULT_MENU)
        return DEFAULT_MENU if found["type"] == "default" else found

    def view(self) -> BotProfile:
        """The bot for the page."""
        return BotProfile(
            id=self.bot_id,
            first_name=self.text("names", "") or DEFAULT_NAME,
            username=self.username,
            description=self.text("descriptions", ""),
            short_description=self.text("short_descriptions", ""),
            menu_button=self.menu_button_for(0),
        )

    def tell(self) -> None:
        """Tell the page."""
        self._store.changed()
        self._changes.emit(BotEvent(self.view(), self._world.bot_stars))
