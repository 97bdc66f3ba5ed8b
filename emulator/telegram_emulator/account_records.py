"""Stored records of stories, managed bots and prepared keyboard buttons."""

from datetime import datetime

import msgspec

from telegram_emulator.schemas import BotApi


class AccountPart(msgspec.Struct, kw_only=True):
    """Base of everything in this file."""


class StoryRecord(AccountPart):
    """A story that the bot posted on a connected account. `kind` is "photo" or "video", `caption`
    the Bot API's fields of it. `reposted_from`: the story that it repeats."""

    id: int
    owner_id: int
    kind: str
    file_id: str
    caption: BotApi
    areas: list[BotApi]
    expires_at: datetime
    kept: bool = False
    protected: bool = False
    reposted_from: int | None = None


class ManagedBotRecord(AccountPart):
    """A bot that a person created through this one. `allowed` are the people who may use it besides
    its owner, None for everybody."""

    id: int
    owner_id: int
    name: str
    username: str
    token: str
    allowed: list[int] | None = None


class PreparedButtonRecord(AccountPart):
    """A button from savePreparedKeyboardButton, for one person."""

    id: str
    person_id: int
    button: BotApi
