"""Stories, verification, managed bots and prepared buttons, called by aiogram's real client."""

import json
from functools import partial
from typing import Any

import aiohttp
import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import (
    KeyboardButton,
    KeyboardButtonRequestChat,
    KeyboardButtonRequestManagedBot,
    KeyboardButtonRequestUsers,
    ReplyKeyboardMarkup,
)

from telegram_emulator.actions import (
    AdvanceClock,
    BusinessConnected,
    ConnectBusiness,
    CreateGroup,
    GroupCreated,
    SendText,
    SetAdmin,
    SetPersonalChat,
    ShareByButton,
)
from telegram_emulator.testing import ANN, IVAN, LAYLA, Phone, Refused
from tests.contract.group_of_three import BOT, made

DAY = 86_400


async def story(phone: Phone, method: str, connection: str, **parameters: Any) -> Any:
    """Call postStory or editStory with an uploaded picture, which aiogram cannot send."""
    form = aiohttp.FormData()
    content = {"type": "photo", "photo": "attach://picture"}
    fields = {"business_connection_id": connection, "content": content, **parameters}
    for name, value in fields.items():
        form.add_field(name, value if isinstance(value, str) else json.dumps(value))
    form.add_field("picture", b"bytes", filename="a.jpg", content_type="image/jpeg")
    url = f"{phone.origin}/bot{phone.token}/{method}"
    async with phone.http.post(url, data=form) as response:
        answer = await response.json()
    return answer.get("result") or answer["description"]


async def connected(phone: Phone, owner: int, *rights: str) -> str:
    """The id of a connection with these rights."""
    made = await phone.act(ConnectBusiness(owner, rights=rights))
    assert isinstance(made, BusinessConnected)
    return made.connection_id


async def test_a_story_is_posted_edited_and_deleted(phone: Phone, bot: Bot) -> None:
    """On an account whose owner allows it, for one of four periods."""
    connection = await connected(phone, ANN, "can_manage_stories")
    post, edit = partial(story, phone, "postStory"), partial(story, phone, "editStory")
    posted = await post(connection, active_period=DAY, caption="<b>x</b>", parse_mode="HTML")
    assert (posted["chat"]["id"], posted["id"]) == (ANN, 1)
    assert (await edit(connection, story_id=1, caption="y"))["id"] == 1
    assert "STORY_PERIOD_INVALID" in await post(connection, active_period=60)
    long = await post(connection, active_period=DAY, caption="x" * 2049)
    assert "MEDIA_CAPTION_TOO_LONG" in long
    kept = {"type": "photo", "photo": "an old id"}
    assert "uploaded as a new file" in await post(connection, active_period=DAY, content=kept)
    assert await bot.delete_story(connection, 1)
    with pytest.raises(TelegramBadRequest, match="STORY_ID_INVALID"):
        await bot.delete_story(connection, 1)


async def test_a_story_ends_and_needs_the_right(phone: Phone) -> None:
    """It ends after its period, unless it stays on the account's page."""
    connection = await connected(phone, ANN, "can_manage_stories")
    await story(phone, "postStory", connection, active_period=DAY)
    await story(phone, "postStory", connection, active_period=DAY, post_to_chat_page=True)
    await phone.act(AdvanceClock(days=1, seconds=1))
    assert "STORY_ID_INVALID" in await story(phone, "editStory", connection, story_id=1)
    assert (await story(phone, "editStory", connection, story_id=2))["id"] == 2
    await connected(phone, ANN, "can_reply")
    refused = await story(phone, "postStory", connection, active_period=DAY)
    assert "BOT_ACCESS_FORBIDDEN" in refused


async def test_a_story_is_reposted_on_another_account(phone: Phone, bot: Bot) -> None:
    """If the bot may manage both, and the story is not protected."""
    first = await connected(phone, ANN, "can_manage_stories")
    second = await connected(phone, IVAN, "can_manage_stories")
    await story(phone, "postStory", first, active_period=DAY)
    await story(phone, "postStory", first, active_period=DAY, protect_content=True)
    repeated = await bot.repost_story(second, ANN, 1, DAY)
    assert (repeated.chat.id, repeated.id) == (IVAN, 1)
    with pytest.raises(TelegramBadRequest, match="CHAT_FORWARDS_RESTRICTED"):
        await bot.repost_story(second, ANN, 2, DAY)
    with pytest.raises(TelegramBadRequest, match="PEER_ID_INVALID"):
        await bot.repost_story(second, LAYLA, 1, DAY)


async def test_people_and_chats_are_verified(phone: Phone, bot: Bot) -> None:
    """Once; a missing verification cannot be removed."""
    group = await made(phone)
    assert await bot.verify_user(ANN, custom_description="Baker")
    assert await bot.verify_chat(group)
    assert (await phone.state())["verified"] == {str(ANN): "Baker", str(group): ""}
    with pytest.raises(TelegramBadRequest, match="CUSTOM_DESCRIPTION_TOO_LONG"):
        await bot.verify_user(ANN, custom_description="x" * 71)
    assert await bot.remove_user_verification(ANN)
    assert await bot.remove_chat_verification(group)
    with pytest.raises(TelegramBadRequest, match="CHAT_NOT_MODIFIED"):
        await bot.remove_user_verification(ANN)


async def test_a_managed_bot_is_created_and_transferred(phone: Phone, bot: Bot, ann: int) -> None:
    """Through a keyboard button; the bot can change its token and its allowed people."""
    asks = KeyboardButtonRequestManagedBot(request_id=3, suggested_name="Shop")
    keyboard = [[KeyboardButton(text="Make", request_managed_bot=asks)]]
    await bot.send_message(ann, "?", reply_markup=ReplyKeyboardMarkup(keyboard=keyboard))
    with pytest.raises(Refused, match="BOT_MANAGE_FORBIDDEN"):
        await phone.act(ShareByButton(ann, "Make"))
    assert (await phone.call("setMySettings", can_manage_bots=True))["ok"]
    await phone.act(ShareByButton(ann, "Make"))
    message, update = await bot.get_updates()
    assert message.message
    assert message.message.managed_bot_created
    assert update.managed_bot
    made = update.managed_bot.bot_user
    assert (made.first_name, update.managed_bot.user.id) == ("Shop", ann)
    token = await bot.get_managed_bot_token(made.id)
    assert token.startswith(f"{made.id}:")
    assert await bot.replace_managed_bot_token(made.id) != token
    assert not (await bot.get_managed_bot_access_settings(made.id)).is_access_restricted
    await bot.set_managed_bot_access_settings(made.id, True, added_user_ids=[IVAN])
    access = await bot.get_managed_bot_access_settings(made.id)
    assert access.added_users
    assert [user.id for user in access.added_users] == [IVAN]
    with pytest.raises(TelegramBadRequest, match="user not found"):
        await bot.get_managed_bot_token(ann)


async def test_people_and_chats_are_shared(phone: Phone, bot: Bot, ann: int) -> None:
    """Through a keyboard button or a prepared one, with only the names that were requested."""
    group = await made(phone)
    users = KeyboardButtonRequestUsers(request_id=1, max_quantity=2, request_name=True)
    chat = KeyboardButtonRequestChat(request_id=2, chat_is_channel=False, request_title=True)
    keyboard = [[KeyboardButton(text="People", request_users=users)]]
    await bot.send_message(ann, "?", reply_markup=ReplyKeyboardMarkup(keyboard=keyboard))
    button = KeyboardButton(text="Chat", request_chat=chat)
    prepared = await bot.save_prepared_keyboard_button(ann, button)
    await phone.act(ShareByButton(ann, "People", user_ids=(IVAN,)))
    await phone.act(ShareByButton(ann, prepared_id=prepared.id))
    first, second = await bot.get_updates()
    assert first.message
    assert first.message.users_shared
    shared = first.message.users_shared
    assert [(one.user_id, one.first_name, one.username) for one in shared.users] == [
        (IVAN, "Иван", None)
    ]
    assert second.message
    assert second.message.chat_shared
    assert second.message.chat_shared.chat_id == group
    assert second.message.chat_shared.title == "Friends"
    with pytest.raises(Refused, match="BUTTON_INVALID"):
        await phone.act(ShareByButton(IVAN, prepared_id=prepared.id))
    with pytest.raises(TelegramBadRequest, match="BUTTON_TYPE_INVALID"):
        await bot.save_prepared_keyboard_button(ann, KeyboardButton(text="Plain"))


async def test_a_persons_personal_channel_is_read(phone: Phone, bot: Bot, ann: int) -> None:
    """The newest messages of the channel in the person's profile, and of no other."""
    created = await phone.act(CreateGroup(ann, "News", kind="channel"))
    assert isinstance(created, GroupCreated)
    await phone.act(SetAdmin(ann, created.chat_id, BOT, ("can_post_messages",)))
    for text in ("one", "two"):
        await phone.act(SendText(ann, text, chat_id=created.chat_id))
    assert await bot.get_user_personal_chat_messages(ann, 20) == []
    await phone.act(SetPersonalChat(ann, created.chat_id))
    assert [one.text for one in await bot.get_user_personal_chat_messages(ann, 1)] == ["two"]
    with pytest.raises(TelegramBadRequest, match="LIMIT_INVALID"):
        await bot.get_user_personal_chat_messages(ann, 21)
