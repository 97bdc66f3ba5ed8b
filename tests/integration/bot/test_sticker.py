"""/sticker: a sticker pack of the person's own, created, extended and deleted, in the emulator.

Exercises backend/bot/handlers/sticker.py, backend/bot/chats/sticker_packs.py and
backend/files/sticker.py.
"""

import io
from typing import Any

import pytest
from PIL import Image

from backend.files.sticker import LARGEST, SIDE, sticker_of
from backend.i18n import translator
from telegram_emulator.actions import ClearFaults, PressButton, SendFile, SendText, SetApiFault
from telegram_emulator.testing import IVAN
from tests.fixtures.app import ANN
from tests.fixtures.chat import BotChat, buttons_of, text_of
from tests.fixtures.documents import picture
from tests.fixtures.generation import until
from tests.integration.bot.test_steering import mine
from tests.integration.privacy.test_erasure import confirm_erasure, unhurried

EN = translator("en")


def sets(chat: BotChat) -> list[Any]:
    """The sticker sets that exist in the emulator."""
    return list(chat.phone.emulator.hub.world.sticker_sets.values())


async def send_picture(chat: BotChat, caption: str) -> None:
    """Send a photo with a caption and wait until it is handled."""
    data = picture()
    await chat.act(SendFile(chat.person_id, "photo", "p.jpg", "image/jpeg", data, caption=caption))
    await chat.quiet()


async def test_a_persons_pack_is_created_extended_and_deleted(ann: BotChat) -> None:
    """The first picture creates the pack, a second one is added by a reply. The pack's name reveals
    nothing about the person, and another person's press deletes nothing."""
    assert text_of(await ann.ask("/sticker")) == EN("bot.sticker.how")
    await send_picture(ann, "/sticker 🐈")
    await until(lambda: len(sets(ann)) == 1)
    (made,) = sets(ann)
    assert made.owner_id == ANN
    assert made.name.endswith("_by_tanya_local_bot")
    assert str(ANN) not in made.name
    assert made.stickers[0].emoji == ["🐈"]
    assert max(made.stickers[0].width, made.stickers[0].height) == SIDE
    assert any("sticker" in message for message in ann.sent())
    photo = (await mine(ann))[-1]
    await ann.act(SendText(ANN, "/sticker abc", reply_to=photo["message_id"]))
    await until(lambda: len(sets(ann)[0].stickers) == 2)
    await ann.quiet()
    assert sets(ann)[0].stickers[1].emoji == ["🙂"]
    shown = ann.sent()[-1]
    assert f"/addstickers/{made.name}" in buttons_of(shown)[0]["url"]
    ivan = BotChat(ann.app, IVAN)
    await ivan.start()
    ask = await ivan.ask("/sticker")
    assert buttons_of(ask) == []
    await ann.act(PressButton(ANN, shown["message_id"], buttons_of(shown)[1]["callback_data"]))
    await until(lambda: sets(ann) == [])


async def test_an_erasure_deletes_the_pack(ann: BotChat) -> None:
    """Telegram keeps the pack; the bot deletes it there before the certificate is sent."""
    unhurried(ann.app)
    await send_picture(ann, "/sticker")
    await until(lambda: len(sets(ann)) == 1)
    await ann.quiet()
    await ann.ask("/erase")
    await confirm_erasure(ann)
    assert sets(ann) == []
    assert text_of(ann.sent()[-1]) == EN("bot.erase.done")


async def test_an_erasure_names_a_pack_that_telegram_keeps(ann: BotChat) -> None:
    """If Telegram refuses to delete it, the certificate is sent all the same and says how to delete
    the pack; its name needs nothing that was erased."""
    unhurried(ann.app)
    await send_picture(ann, "/sticker")
    await until(lambda: len(sets(ann)) == 1)
    await ann.quiet()
    await ann.act(SetApiFault("tooManyRequests", method="deleteStickerSet", retry_after=3600))
    await ann.ask("/erase")
    await confirm_erasure(ann)
    assert len(sets(ann)) == 1
    assert text_of(ann.sent()[-1]).endswith(EN("bot.erase.stickers_left"))
    await ann.act(ClearFaults())
    shown = await ann.ask("/sticker")
    await ann.act(PressButton(ANN, shown["message_id"], buttons_of(shown)[1]["callback_data"]))
    await until(lambda: sets(ann) == [])


async def test_a_file_that_is_no_picture_is_refused(ann: BotChat) -> None:
    """The sandboxed process reads it first, like every file from outside."""
    data = b"not a picture at all"
    await ann.act(SendFile(ANN, "document", "p.png", "image/png", data, caption="/sticker"))
    await ann.until(2)
    await ann.quiet()
    assert sets(ann) == []


@pytest.mark.parametrize("size", [(4_000, 100), (10, 10), (300, 700)])
def test_a_sticker_has_telegrams_size(size: tuple[int, int]) -> None:
    """One side has 512 pixels, the other no more, and the format is WEBP."""
    out = io.BytesIO()
    Image.effect_noise(size, 90).convert("RGB").save(out, "PNG")
    made = sticker_of(out.getvalue())
    assert len(made) <= LARGEST
    with Image.open(io.BytesIO(made)) as found:
        assert found.format == "WEBP"
        assert max(found.size) == SIDE
