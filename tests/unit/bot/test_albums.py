"""Albums: messages that were sent as one are answered as one."""

import asyncio
from datetime import UTC, datetime

import pytest
from aiogram.types import Chat, Message

from backend.bot import attached
from backend.bot.attached import Album, Albums
from backend.uuid7 import uuid7

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def message(number: int, caption: str | None = None, group: str = "g") -> Message:
    """One message of an album."""
    chat = Chat(id=1, type="private")
    return Message(message_id=number, date=NOW, chat=chat, media_group_id=group, caption=caption)


async def test_an_album_is_answered_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """With all its files and whichever caption it has, after nothing more comes."""
    monkeypatch.setattr(attached, "ALBUM_SECONDS", 0.05)
    albums, answered = Albums(), list[Album]()

    async def answer(album: Album) -> None:
        answered.append(album)

    ids = [uuid7(NOW) for _ in range(4)]
    first = albums.add(message(1), ids[0])
    assert first is not None
    gathering = asyncio.ensure_future(albums.gather(first, answer))
    assert albums.add(message(2, "What are these?"), ids[1]) is None
    await asyncio.sleep(0.03)
    assert albums.add(message(3), ids[2]) is None
    other = albums.add(message(4, group="h"), ids[3])
    assert other is not None
    await gathering
    assert [(album.text, album.files) for album in answered] == [("What are these?", ids[:3])]
    assert albums.add(message(5), ids[3]) is not None
