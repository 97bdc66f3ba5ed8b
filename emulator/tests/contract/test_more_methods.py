"""Albums, copies, reactions, pins, locations and polls, called by aiogram's real client."""

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import (
    BufferedInputFile,
    InputMediaPhoto,
    InputMediaVideo,
    Message,
    ReactionTypeEmoji,
)

from telegram_emulator.testing import Phone


def a_file(name: str = "a.png") -> BufferedInputFile:
    """A small file to upload."""
    return BufferedInputFile(b"bytes", name)


async def test_every_kind_of_file_is_sent(bot: Bot, ann: int) -> None:
    """With the fields of Telegram's messages."""
    video = await bot.send_video(ann, a_file("v.mp4"), duration=3, width=64, height=48)
    assert video.video
    assert (video.video.duration, video.video.width) == (3, 64)
    audio = await bot.send_audio(ann, a_file("a.mp3"), title="Song", performer="She", caption="c")
    assert audio.audio
    assert (audio.audio.title, audio.audio.performer, audio.caption) == (
        "Song",
        "She",
        "c",
    )
    animation = await bot.send_animation(ann, a_file("a.gif"))
    assert animation.animation
    assert animation.document
    note = await bot.send_video_note(ann, a_file("n.mp4"), length=100)
    assert note.video_note
    assert note.video_note.length == 100
    sticker = await bot.send_sticker(ann, a_file("s.webm"), emoji="👍")
    assert sticker.sticker
    assert (sticker.sticker.is_video, sticker.sticker.emoji) == (True, "👍")
    again = await bot.send_sticker(ann, sticker.sticker.file_id)
    assert again.sticker
    assert again.sticker.file_unique_id == sticker.sticker.file_unique_id


async def test_an_album_is_several_messages_of_one_group(bot: Bot, ann: int) -> None:
    """Two to ten items; documents cannot be mixed with photos."""
    media = [InputMediaPhoto(media=a_file(), caption="<b>x</b>", parse_mode="HTML")]
    with pytest.raises(TelegramBadRequest, match="must include 2-10 items"):
        await bot.send_media_group(ann, media)  # type: ignore[arg-type]
    sent = await bot.send_media_group(ann, [*media, InputMediaVideo(media=a_file("v.mp4"))])
    assert len({message.media_group_id for message in sent}) == 1
    assert sent[0].photo
    assert sent[0].caption == "x"
    assert sent[1].video


async def test_forwards_name_their_origin_and_copies_do_not(
    bot: Bot, ann: int, phone: Phone
) -> None:
    """Protected and service messages can be neither forwarded nor copied."""
    first = await bot.send_photo(ann, a_file(), caption="old")
    forwarded = await bot.forward_message(ann, ann, first.message_id)
    assert forwarded.forward_origin
    assert forwarded.forward_origin.type == "user"
    copied = await bot.copy_message(ann, ann, first.message_id, caption="new")
    message = (await phone.messages(ann))[-1]
    assert (message["message_id"], message["caption"]) == (copied.message_id, "new")
    assert "forward_origin" not in message
    assert message["photo"]
    both = await bot.copy_messages(ann, ann, [first.message_id, 999, copied.message_id])
    assert len(both) == 2
    secret = await bot.send_message(ann, "secret", protect_content=True)
    with pytest.raises(TelegramBadRequest, match="the message can't be copied"):
        await bot.copy_message(ann, ann, secret.message_id)
    with pytest.raises(TelegramBadRequest, match="message to forward not found"):
        await bot.forward_message(ann, ann, 999)


async def test_a_reaction_is_shown(bot: Bot, ann: int, phone: Phone) -> None:
    """At most one; an empty list removes it."""
    sent = await bot.send_message(ann, "x")

    async def shown() -> object:
        chats = (await phone.state())["chats"]
        chat = next(chat for chat in chats if chat["head"]["personId"] == ann)
        return chat["messages"][-1]["botReaction"]

    await bot.set_message_reaction(ann, sent.message_id, [ReactionTypeEmoji(emoji="👍")])
    assert await shown() == {"type": "emoji", "emoji": "👍"}
    await bot.set_message_reaction(ann, sent.message_id, [])
    assert await shown() is None


async def test_pins_and_members(bot: Bot, ann: int, phone: Phone) -> None:
    """Pinning adds a service message that the bot gets; a private chat has two members."""
    sent = await bot.send_message(ann, "x")
    await bot.pin_chat_message(ann, sent.message_id)
    assert (await phone.messages(ann))[-1]["pinned_message"]["message_id"] == sent.message_id
    update = (await bot.get_updates())[-1]
    assert update.message
    assert update.message.pinned_message
    assert await bot.unpin_chat_message(ann)
    assert await bot.unpin_all_chat_messages(ann)
    assert (await bot.get_chat_member(ann, ann)).status == "member"
    assert await bot.get_chat_member_count(ann) == 2
    with pytest.raises(TelegramBadRequest, match="member not found"):
        await bot.get_chat_member(ann, 1)


async def test_places_contacts_dice_and_polls(bot: Bot, ann: int) -> None:
    """A poll can be closed once."""
    assert (await bot.send_location(ann, 1.5, 2.5)).location
    venue = await bot.send_venue(ann, 1.5, 2.5, "Here", "Street 1")
    assert venue.venue
    assert venue.location
    assert (await bot.send_contact(ann, "+1555", "She")).contact
    dice = await bot.send_dice(ann, emoji="🎰")
    assert dice.dice
    assert 1 <= dice.dice.value <= 64
    poll = await bot.send_poll(ann, "Which?", ["a", "b"])
    assert poll.poll
    assert [option.text for option in poll.poll.options] == ["a", "b"]
    assert (await bot.stop_poll(ann, poll.message_id)).is_closed
    with pytest.raises(TelegramBadRequest, match="poll has already been closed"):
        await bot.stop_poll(ann, poll.message_id)
    with pytest.raises(TelegramBadRequest, match="wrong latitude"):
        await bot.send_location(ann, 91, 0)


async def test_files_and_live_locations_are_replaced(bot: Bot, ann: int) -> None:
    """A text gets a file; a location moves until its time is over or it is stopped."""
    text = await bot.send_message(ann, "soon")
    photo = InputMediaPhoto(media=a_file(), caption="here")
    edited = await bot.edit_message_media(photo, chat_id=ann, message_id=text.message_id)
    assert isinstance(edited, Message)
    assert edited.photo
    assert (edited.text, edited.caption) == (None, "here")
    place = await bot.send_location(ann, 1, 2, live_period=60)
    moved = await bot.edit_message_live_location(
        3, 4, chat_id=ann, message_id=place.message_id, heading=90
    )
    assert isinstance(moved, Message)
    assert moved.location
    assert (moved.location.latitude, moved.location.heading) == (3, 90)
    await bot.stop_message_live_location(chat_id=ann, message_id=place.message_id)
    with pytest.raises(TelegramBadRequest, match="message can't be edited"):
        await bot.edit_message_live_location(5, 6, chat_id=ann, message_id=place.message_id)


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("_a_ *b*", "a b", [("italic", 0, 1), ("bold", 2, 1)]),
        ("\\_a `*b*`", "_a *b*", [("code", 3, 3)]),
        ("```py\nx\n```", "x", [("pre", 0, 1)]),
        ("[a_b](http://e.org/)", "a_b", [("text_link", 0, 3)]),
        ("*a _b*", "a _b", [("bold", 0, 4)]),
        ("a.b!", "a.b!", []),
    ],
)
async def test_the_legacy_markdown(
    phone: Phone, ann: int, source: str, text: str, entities: list[tuple[str, int, int]]
) -> None:
    """Entities do not nest, and no other characters are reserved."""
    answer = await phone.call("sendMessage", chat_id=ann, text=source, parse_mode="Markdown")
    message = answer["result"]
    found = [(e["type"], e["offset"], e["length"]) for e in message.get("entities", [])]
    assert (message["text"], found) == (text, entities)


async def test_unknown_parameters_are_ignored_and_logged(phone: Phone, ann: int) -> None:
    """As Telegram does; the log lists them, also nested ones."""
    keyboard = {"inline_keyboard": [[{"text": "x", "callback_data": "a", "hide": False}]]}
    answer = await phone.call("sendMessage", chat_id=ann, text="x", hm=1, reply_markup=keyboard)
    assert answer["ok"]
    entry = [one for one in (await phone.state())["traffic"] if one["name"] == "sendMessage"][-1]
    assert entry["ignored"] == ["hm", "reply_markup.inline_keyboard.hide"]


async def test_paths_and_errors_are_telegrams(phone: Phone) -> None:
    """The test path works, and every error has the Bot API's form."""
    async with phone.http.get(f"{phone.origin}/bot{phone.token}/test/getMe") as answer:
        assert (await answer.json())["ok"]
    for method, path, status in (
        ("PUT", f"/bot{phone.token}/getMe", 405),
        ("GET", f"/bot{phone.token}/a/b/c", 404),
        ("GET", f"/bot{phone.token}", 404),
        ("GET", f"/file/bot{phone.token}/nothing", 404),
    ):
        async with phone.http.request(method, phone.origin + path) as answer:
            body = await answer.json()
            assert (answer.status, body["ok"], body["error_code"]) == (status, False, status)
    shipping = await phone.call("answerShippingQuery", shipping_query_id="1", ok=False)
    assert "METHOD_NOT_PLAYED: answerShippingQuery" in shipping["description"]


async def test_strings_as_buttons_and_options(phone: Phone, ann: int) -> None:
    """As the Bot API allows in keyboards and polls, in JSON and in forms."""
    for keyboard in ({"keyboard": [["Yes", "No"]]}, '{"keyboard": [["Yes", {"text": "No"}]]}'):
        answer = await phone.call("sendMessage", chat_id=ann, text="x", reply_markup=keyboard)
        assert answer["ok"], answer
        chats = (await phone.state())["chats"]
        head = next(one["head"] for one in chats if one["head"]["personId"] == ann)
        rows = head["replyKeyboard"]["keyboard"]
        assert [[button["text"] for button in row] for row in rows] == [["Yes", "No"]]
    poll = await phone.call("sendPoll", chat_id=ann, question="Tea?", options=["Yes", "No"])
    assert [option["text"] for option in poll["result"]["poll"]["options"]] == ["Yes", "No"]
