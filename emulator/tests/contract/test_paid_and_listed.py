"""Paid and live media, checklists, rights, pictures and boosts, called by aiogram's real client."""

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import (
    BufferedInputFile,
    ChatAdministratorRights,
    EphemeralMessageParameters,
    InputChecklist,
    InputChecklistTask,
    InputMediaPhoto,
    InputPaidMediaPhoto,
    InputProfilePhotoStatic,
)

from telegram_emulator.actions import (
    AdvanceClock,
    AllowEmojiStatus,
    BoostChat,
    BusinessConnected,
    BuyPaidMedia,
    ConnectBusiness,
    CreateGroup,
    GroupCreated,
    JoinByLink,
    MarkTasks,
    SendBusinessText,
    SetAdmin,
)
from telegram_emulator.testing import ANN, IVAN, LAYLA, Phone, Refused
from tests.contract.group_of_three import BOT, made

EVERYTHING = [
    "message",
    "business_message",
    "purchased_paid_media",
    "chat_boost",
    "removed_chat_boost",
]


def a_file(name: str = "a.png") -> BufferedInputFile:
    """A small file to upload."""
    return BufferedInputFile(b"bytes", name)


async def test_paid_media_are_unlocked_once(bot: Bot, ann: int, phone: Phone) -> None:
    """The person pays; the bot gets the payload and the Stars; without enough Stars it is
    refused."""
    media = [InputPaidMediaPhoto(media=a_file())]
    with pytest.raises(TelegramBadRequest, match="STARS_AMOUNT_INVALID"):
        await bot.send_paid_media(ann, 25_001, media)  # type: ignore[arg-type]
    sent = await bot.send_paid_media(ann, 40, media, payload="cat", caption="Cat")  # type: ignore[arg-type]
    assert sent.paid_media
    assert (sent.paid_media.star_count, sent.paid_media.paid_media[0].type) == (40, "photo")
    for _ in range(2):
        await phone.act(BuyPaidMedia(ANN, sent.message_id))
    update = (await bot.get_updates(allowed_updates=EVERYTHING))[-1]
    assert update.purchased_paid_media
    assert update.purchased_paid_media.paid_media_payload == "cat"
    assert (await bot.get_my_star_balance()).amount == 40
    (transaction,) = (await bot.get_star_transactions()).transactions
    assert getattr(transaction.source, "transaction_type", "") == "paid_media_payment"
    dear = await bot.send_paid_media(ann, 5000, media)  # type: ignore[arg-type]
    with pytest.raises(Refused) as refused:
        await phone.act(BuyPaidMedia(ANN, dear.message_id))
    assert refused.value.reason == "BALANCE_TOO_LOW"


async def test_a_live_photo_has_a_still(bot: Bot, ann: int) -> None:
    """It is a video with a still picture."""
    sent = await bot.send_live_photo(ann, a_file("a.mp4"), a_file())
    assert sent.live_photo
    assert sent.live_photo.photo


async def test_a_checklist_is_marked_and_edited(bot: Bot, phone: Phone) -> None:
    """Only in a connected account's chat; tasks that are done stay done after an edit."""
    connected = await phone.act(ConnectBusiness(ANN))
    assert isinstance(connected, BusinessConnected)
    await phone.act(SendBusinessText(IVAN, ANN, IVAN, "hello"))
    tasks = [
        InputChecklistTask(id=1, text="<b>tea</b>", parse_mode="HTML"),
        InputChecklistTask(id=2, text="milk"),
    ]
    buy = InputChecklist(
        title="Buy", tasks=tasks, parse_mode="HTML", others_can_mark_tasks_as_done=True
    )
    sent = await bot.send_checklist(connected.connection_id, IVAN, buy)
    assert sent.checklist
    assert [task.text for task in sent.checklist.tasks] == ["tea", "milk"]
    await phone.act(MarkTasks(IVAN, ANN, IVAN, sent.message_id, done=(1,)))
    update = (await bot.get_updates(allowed_updates=EVERYTHING))[-1]
    assert update.business_message
    assert update.business_message.checklist_tasks_done
    assert update.business_message.checklist_tasks_done.marked_as_done_task_ids == [1]
    less = InputChecklist(title="Buy", tasks=tasks[:1])
    edited = await bot.edit_message_checklist(connected.connection_id, IVAN, sent.message_id, less)
    assert edited.checklist
    (left,) = edited.checklist.tasks
    assert left.completed_by_user
    with pytest.raises(Refused) as refused:
        await phone.act(MarkTasks(IVAN, ANN, IVAN, sent.message_id, undone=(1,)))
    assert refused.value.reason == "TODO_NOT_ALLOWED"
    await phone.act(MarkTasks(ANN, ANN, IVAN, sent.message_id, undone=(1,)))


async def test_ephemeral_media_are_replaced(bot: Bot, phone: Phone) -> None:
    """A text that one member sees becomes a photo."""
    group = await made(phone)
    parameters = EphemeralMessageParameters(receiver_user_id=IVAN)
    sent = await bot.send_message(group, "wait", ephemeral_message_parameters=parameters)
    number = sent.ephemeral_message_id
    assert number
    photo = InputMediaPhoto(media=a_file(), caption="there")
    assert await bot.edit_ephemeral_message_media(group, IVAN, number, photo)
    (seen,) = (await phone.group(group))["ephemeral"]
    assert seen["photo"]
    assert seen["caption"] == "there"
    assert "text" not in seen


async def test_the_bots_picture_and_default_rights(bot: Bot, phone: Phone) -> None:
    """Its picture is on the page; the default rights are those that fit the kind of chat."""
    assert await bot.set_my_profile_photo(InputProfilePhotoStatic(photo=a_file()))
    assert (await bot.get_user_profile_photos(BOT)).total_count == 1
    url = (await phone.state())["bot"]["photoUrl"]
    async with phone.http.get(f"{phone.origin}/{url}") as answer:
        assert await answer.read() == b"bytes"
    assert await bot.remove_my_profile_photo()
    assert (await phone.state())["bot"]["photoUrl"] is None
    names = ChatAdministratorRights.model_fields
    needed = {name: name == "can_invite_users" for name, one in names.items() if one.is_required()}
    wished = ChatAdministratorRights(**needed)
    assert await bot.set_my_default_administrator_rights(rights=wished)
    groups = await bot.get_my_default_administrator_rights()
    assert (groups.can_invite_users, groups.can_post_messages) == (True, None)
    channels = await bot.get_my_default_administrator_rights(for_channels=True)
    assert (channels.can_invite_users, channels.can_post_messages) == (False, False)


async def test_a_channel_is_joined_for_stars(bot: Bot, phone: Phone) -> None:
    """Through a subscription link; a person without enough Stars cannot join."""
    created = await phone.act(CreateGroup(ANN, "News", kind="channel"))
    assert isinstance(created, GroupCreated)
    await phone.act(SetAdmin(ANN, created.chat_id, BOT, ("can_invite_users",)))
    with pytest.raises(TelegramBadRequest, match="SUBSCRIPTION_PERIOD_INVALID"):
        await bot.create_chat_subscription_invite_link(created.chat_id, 60, 100)
    link = await bot.create_chat_subscription_invite_link(created.chat_id, 2_592_000, 100)
    assert (link.subscription_price, link.subscription_period) == (100, 2_592_000)
    named = await bot.edit_chat_subscription_invite_link(
        created.chat_id, link.invite_link, name="Readers"
    )
    assert named.name == "Readers"
    with pytest.raises(Refused):
        await phone.act(JoinByLink(LAYLA, link.invite_link))
    await phone.act(JoinByLink(IVAN, link.invite_link))
    member = await bot.get_chat_member(created.chat_id, IVAN)
    assert getattr(member, "until_date", None)
    assert phone.emulator.hub.ledger.wallet(IVAN).balance == 150


async def test_boosts_are_reported_and_listed(bot: Bot, phone: Phone) -> None:
    """To administrators; for people with Premium; for a month."""
    group = await made(phone, admin=True)
    await bot.get_updates(allowed_updates=EVERYTHING)
    with pytest.raises(Refused):
        await phone.act(BoostChat(IVAN, group))
    await phone.act(BoostChat(ANN, group))
    update = (await bot.get_updates(allowed_updates=EVERYTHING))[-1]
    assert update.chat_boost
    phone.emulator.hub.world.groups[group].members[BOT].rights["can_manage_chat"] = True
    (boost,) = (await bot.get_user_chat_boosts(group, ANN)).boosts
    assert boost.boost_id == update.chat_boost.boost.boost_id
    await phone.act(BoostChat(ANN, group, taken_back=True))
    update = (await bot.get_updates())[-1]
    assert update.removed_chat_boost
    assert (await bot.get_user_chat_boosts(group, ANN)).boosts == []


async def test_a_status_is_set_where_the_person_allowed_it(
    bot: Bot, ann: int, phone: Phone
) -> None:
    """In the Mini App; the status ends by itself."""
    with pytest.raises(TelegramBadRequest, match="USER_PERMISSION_DENIED"):
        await bot.set_user_emoji_status(ann, emoji_status_custom_emoji_id="5")
    await phone.act(AllowEmojiStatus(ANN))
    until = phone.emulator.hub.clock.timestamp() + 3600
    await bot.set_user_emoji_status(
        ann, emoji_status_custom_emoji_id="5", emoji_status_expiration_date=until
    )
    assert (await bot.get_chat(ann)).emoji_status_custom_emoji_id == "5"
    await phone.act(AdvanceClock(seconds=3601))
    assert (await bot.get_chat(ann)).emoji_status_custom_emoji_id is None
    assert (await bot.get_user_profile_audios(ann)).total_count == 0
