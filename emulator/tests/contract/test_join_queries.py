"""Join requests that the bot decides through queries."""

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest

from telegram_emulator.actions import JoinByLink
from telegram_emulator.testing import LAYLA, Phone
from tests.contract.group_of_three import made, taken


@pytest.mark.parametrize(
    ("result", "status", "waiting"),
    [("approve", "member", []), ("decline", "left", []), ("queue", "left", [LAYLA])],
)
async def test_the_bot_approves_declines_or_leaves_it(
    phone: Phone, bot: Bot, result: str, status: str, waiting: list[int]
) -> None:
    """Once per query; a bot that did not enable queries gets none."""
    group = await made(phone, admin=True)
    link = await bot.create_chat_invite_link(group, creates_join_request=True)
    assert (await phone.call("setMySettings", supports_join_request_queries=True))["ok"]
    await phone.act(JoinByLink(LAYLA, link.invite_link))
    request = (await taken(bot))[-1].chat_join_request
    assert request
    assert request.query_id
    assert await bot.answer_chat_join_request_query(request.query_id, result)
    assert (await bot.get_chat_member(group, LAYLA)).status == status
    assert (await phone.group(group))["requests"] == waiting
    with pytest.raises(TelegramBadRequest, match="query is too old"):
        await bot.answer_chat_join_request_query(request.query_id, result)


async def test_without_the_setting_there_is_no_query(phone: Phone, bot: Bot) -> None:
    """The request goes to administrators, of whom the bot is one."""
    group = await made(phone, admin=True)
    link = await bot.create_chat_invite_link(group, creates_join_request=True)
    await phone.act(JoinByLink(LAYLA, link.invite_link))
    request = (await taken(bot))[-1].chat_join_request
    assert request
    assert request.query_id is None
    assert await bot.approve_chat_join_request(group, LAYLA)
