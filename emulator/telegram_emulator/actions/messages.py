"""What a person does with messages besides writing: reactions, votes, forwards, locations,
polls."""

from typing import Annotated

import msgspec

from telegram_emulator.actions.base import Action


class React(Action, frozen=True, tag="react"):
    """Sets the emoji on a message, replacing earlier ones; an empty list removes them. The bot is
    told if it asked for `message_reaction`, in groups only as an administrator."""

    person_id: int
    message_id: int
    emoji: tuple[str, ...]
    chat_id: int | None = None


class Vote(Action, frozen=True, tag="vote"):
    """Votes in a poll for the options at these positions; an empty list withdraws the vote."""

    person_id: int
    message_id: int
    options: tuple[int, ...]
    chat_id: int | None = None


class Forward(Action, frozen=True, tag="forward"):
    """Forwards a message that the person sees (`from_chat_id`, null for the chat with the bot)
    to the chat with the bot, or to the group `chat_id`."""

    person_id: int
    message_id: int
    from_chat_id: int | None = None
    chat_id: int | None = None
    thread_id: int | None = None


class SendLocation(Action, frozen=True, tag="sendLocation"):
    """The person sends a location, or a venue if there is a title."""

    person_id: int
    latitude: Annotated[float, msgspec.Meta(ge=-90, le=90)]
    longitude: Annotated[float, msgspec.Meta(ge=-180, le=180)]
    title: str = ""
    chat_id: int | None = None
    thread_id: int | None = None


class SendPoll(Action, frozen=True, tag="sendPoll"):
    """The person sends a poll."""

    person_id: int
    question: str
    options: tuple[str, ...]
    chat_id: int | None = None
    thread_id: int | None = None
    anonymous: bool = True
    multiple: bool = False


class AlbumItem(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """A photo or video of an album; `data` is base64."""

    file_name: str
    media_type: str
    data: bytes


class SendAlbum(Action, frozen=True, tag="sendAlbum"):
    """Two to ten photos and videos as one album; the caption belongs to the first."""

    person_id: int
    items: tuple[AlbumItem, ...]
    caption: str = ""
    chat_id: int | None = None
    thread_id: int | None = None


class SendSticker(Action, frozen=True, tag="sendSticker"):
    """Sends a sticker of a set, or any sticker that was sent before, by its `file_id`."""

    person_id: int
    file_id: str
    chat_id: int | None = None
    thread_id: int | None = None


class PlayGame(Action, frozen=True, tag="playGame"):
    """Presses the Play button of a game: the bot is asked for the game's address.
    → `CallbackStarted`"""

    person_id: int
    message_id: int
    chat_id: int | None = None


class AskByWidget(Action, frozen=True, tag="askByWidget"):
    """A widget's `TelegramWidget.request(data)`: the bot has 15 s to answer. → `WidgetAnswer`"""

    person_id: int
    message_id: int
    data: str
