"""Gifts, Premium and a connected account's gifts and Stars, called by aiogram's real client."""

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError
from aiogram.types import AcceptedGiftTypes, BufferedInputFile, InputProfilePhotoStatic

from telegram_emulator.actions import BusinessConnected, ConnectBusiness
from telegram_emulator.business import RIGHTS
from telegram_emulator.testing import ANN, IVAN, LAYLA, Phone


@pytest.fixture
async def rich(phone: Phone) -> None:
    """The bot with Stars to spend."""
    phone.emulator.hub.ledger.top_up(IVAN, 10_000)
    phone.emulator.hub.ledger.pay(IVAN, 10_000, "x", {})


async def connected(phone: Phone, *rights: str) -> str:
    """Ann's connected account, with these rights or all."""
    answer = await phone.act(ConnectBusiness(ANN, rights=rights or RIGHTS))
    assert isinstance(answer, BusinessConnected)
    return answer.connection_id


async def test_a_gift_costs_stars_and_is_shown(bot: Bot, ann: int, phone: Phone) -> None:
    """As a message and in the list; a bot without Stars cannot give one."""
    gifts = (await bot.get_available_gifts()).gifts
    with pytest.raises(TelegramBadRequest, match="BALANCE_TOO_LOW"):
        await bot.send_gift(gifts[0].id, user_id=ann)
    phone.emulator.hub.ledger.pay(ann, 100, "x", {})
    assert await bot.send_gift(
        gifts[0].id, user_id=ann, text="For <b>you</b>", text_parse_mode="HTML"
    )
    shown = (await phone.messages(ann))[-1]["gift"]
    assert (shown["text"], shown["entities"][0]["type"]) == ("For you", "bold")
    assert (await bot.get_my_star_balance()).amount == 100 - gifts[0].star_count
    owned = await bot.get_user_gifts(ann)
    assert (owned.total_count, owned.gifts[0].type) == (1, "regular")
    assert (await bot.get_user_gifts(ann, exclude_unlimited=True)).total_count == 0
    with pytest.raises(TelegramBadRequest, match="STARGIFT_INVALID"):
        await bot.send_gift("1", user_id=ann)


@pytest.mark.usefixtures("rich")
async def test_premium_is_given_at_its_price(bot: Bot, ann: int, phone: Phone) -> None:
    """A thousand Stars for three months; the person has Premium from then on."""
    with pytest.raises(TelegramBadRequest, match="PREMIUM_GIFT_PRICE_INVALID"):
        await bot.gift_premium_subscription(IVAN, 3, 1)
    assert await bot.gift_premium_subscription(IVAN, 3, 1000)
    assert phone.emulator.hub.world.people[IVAN].is_premium
    assert (await bot.get_my_star_balance()).amount == 9000


@pytest.mark.usefixtures("rich")
async def test_an_accounts_gifts_are_upgraded_transferred_and_converted(
    bot: Bot, ann: int, phone: Phone
) -> None:
    """Each needs its right; upgraded ones have a number and can be transferred."""
    number = await connected(phone)
    gifts = {gift.star_count: gift.id for gift in (await bot.get_available_gifts()).gifts}
    await bot.send_gift(gifts[50], user_id=ann)
    await bot.send_gift(gifts[15], user_id=ann)
    listed = (await bot.get_business_account_gifts(number, sort_by_price=True)).gifts
    dear, cheap = (gift.owned_gift_id or "" for gift in listed)
    with pytest.raises(TelegramBadRequest, match="STARGIFT_TRANSFER_INVALID"):
        await bot.transfer_gift(number, dear, LAYLA)
    assert await bot.upgrade_gift(number, dear, star_count=25)
    assert await bot.transfer_gift(number, dear, LAYLA)
    (unique,) = (await bot.get_user_gifts(LAYLA)).gifts
    assert unique.type == "unique"
    before = (await bot.get_business_account_star_balance(number)).amount
    assert await bot.convert_gift_to_stars(number, cheap)
    assert (await bot.get_business_account_star_balance(number)).amount == before + 12
    assert await bot.transfer_business_account_stars(number, 100)
    assert (await bot.get_business_account_star_balance(number)).amount == before - 88
    assert (await bot.get_business_account_gifts(number)).total_count == 0


async def test_an_account_is_only_changed_within_its_rights(
    bot: Bot, ann: int, phone: Phone
) -> None:
    """Picture and gift settings; without the right they are refused."""
    number = await connected(phone)
    photo = InputProfilePhotoStatic(photo=BufferedInputFile(b"bytes", "a.png"))
    assert await bot.set_business_account_profile_photo(number, photo)
    assert (await phone.state())["people"][0]["photoUrl"].startswith("emulator/files/")
    assert await bot.remove_business_account_profile_photo(number)
    kinds = dict.fromkeys(AcceptedGiftTypes.model_fields, False)
    assert await bot.set_business_account_gift_settings(number, True, AcceptedGiftTypes(**kinds))
    assert not (await bot.get_chat(ann)).accepted_gift_types.unique_gifts
    number = await connected(phone, "can_reply")
    with pytest.raises(TelegramForbiddenError, match="BOT_ACCESS_FORBIDDEN"):
        await bot.get_business_account_star_balance(number)
