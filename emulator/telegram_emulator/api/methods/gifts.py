"""Gifts and Premium that the bot pays for in Stars, and their owners.

A gift belongs to a person or a channel. In connected accounts the bot can convert, upgrade and
transfer gifts within its rights. The catalogue is the emulator's own.
"""

import secrets
from collections.abc import Iterable
from typing import Any

from aiogram.methods import (
    GetAvailableGifts,
    GetBusinessAccountGifts,
    GetChatGifts,
    GetUserGifts,
    GiftPremiumSubscription,
    SendGift,
)

from telegram_emulator.api.methods.members import group_of
from telegram_emulator.api.methods.method import Method
from telegram_emulator.api.params import given, wire
from telegram_emulator.gift_catalogue import GIFTS, find_gift, gift_view, owned_view
from telegram_emulator.hub import Hub
from telegram_emulator.refusals import ApiError
from telegram_emulator.schemas import BotApi
from telegram_emulator.text import format_text
from telegram_emulator.world import OwnedGiftRecord

LONGEST_TEXT = 128
PREMIUM_PRICES = {3: 1000, 6: 1500, 12: 2500}
"""Prices in Stars, by months (the Bot API's giftPremiumSubscription)."""
MOST_LISTED = 100


def get_available(hub: Hub, call: GetAvailableGifts) -> BotApi:
    """getAvailableGifts"""
    return {"gifts": [gift_view(gift) for gift in GIFTS]}


def send_gift(hub: Hub, call: SendGift) -> bool:
    """sendGift: to a person, who sees it in the chat, or to a channel."""
    gift = find_gift(call.gift_id)
    owner = _owner(hub, call)
    words = _words(call)
    price = gift.price + (gift.upgrade if call.pay_for_upgrade else 0)
    partner = {"transaction_type": "gift_purchase", "gift": gift_view(gift)}
    payer = owner if owner in hub.world.people else next(iter(hub.world.people))
    hub.ledger.spend(payer, price, partner)
    record = OwnedGiftRecord(
        id=secrets.token_hex(8),
        owner_id=owner,
        gift_id=gift.id,
        date=hub.clock.timestamp(),
        text=words,
        prepaid_upgrade=gift.upgrade if call.pay_for_upgrade else 0,
    )
    hub.world.gifts[record.id] = record
    hub.store.changed()
    if owner in hub.world.people:
        info: BotApi = {"gift": gift_view(gift), "can_be_upgraded": bool(gift.upgrade), **words}
        hub.chats.receive(owner, {"gift": info})
    return True


def _owner(hub: Hub, call: SendGift) -> int:
    if (call.user_id is None) == (call.chat_id is None):
        raise ApiError("exactly one of user_id and chat_id must be specified")
    if call.user_id is not None:
        return hub.chats.find(call.user_id)
    key = hub.chats.known(call.chat_id or 0)
    if key not in hub.world.groups or hub.world.groups[key].kind != "channel":
        raise ApiError("gifts can be sent only to users and channel chats")
    return key


def _words(call: Any) -> BotApi:
    entities = [wire(one) for one in call.text_entities or []]
    mode = given(call.text_parse_mode)
    formatted = format_text(call.text or "", mode, entities, LONGEST_TEXT, "GIFT_TEXT_TOO_LONG")
    words: BotApi = {"text": formatted.text} if formatted.text else {}
    return words | ({"entities": formatted.entities} if formatted.entities else {})


def gift_premium(hub: Hub, call: GiftPremiumSubscription) -> bool:
    """giftPremiumSubscription"""
    if call.user_id not in hub.world.people:
        raise ApiError("user not found")
    if PREMIUM_PRICES.get(call.month_count) != call.star_count:
        raise ApiError("PREMIUM_GIFT_PRICE_INVALID")
    _words(call)
    partner = {
        "transaction_type": "premium_purchase",
        "premium_subscription_duration": call.month_count,
    }
    hub.ledger.spend(call.user_id, call.star_count, partner)
    hub.profile.change_person(call.user_id, is_premium=True)
    return True


def user_gifts(hub: Hub, call: GetUserGifts) -> BotApi:
    """getUserGifts"""
    if call.user_id not in hub.world.people:
        raise ApiError("user not found")
    return _page(hub, call.user_id, call)


def chat_gifts(hub: Hub, call: GetChatGifts) -> BotApi:
    """getChatGifts: for a channel that the bot is in."""
    return _page(hub, group_of(hub, call.chat_id).id, call)


def business_gifts(hub: Hub, call: GetBusinessAccountGifts) -> BotApi:
    """getBusinessAccountGifts: with the ids that other calls use to change the account's gifts."""
    record = hub.business.require(call.business_connection_id, "can_view_gifts_and_stars")
    return _page(hub, record.owner_id, call, with_ids=True)


def _page(hub: Hub, owner_id: int, call: Any, *, with_ids: bool = False) -> BotApi:
    found = [one for one in hub.world.gifts.values() if one.owner_id == owner_id]
    found = list(_kept(found, call))
    if call.sort_by_price:
        found.sort(key=lambda one: find_gift(one.gift_id).price, reverse=True)
    offset = int(call.offset) if (call.offset or "").isdigit() else 0
    limit = MOST_LISTED if call.limit is None else call.limit
    if not 1 <= limit <= MOST_LISTED:
        raise ApiError("LIMIT_INVALID")
    page = found[offset : offset + limit]
    answer: BotApi = {
        "total_count": len(found),
        "gifts": [owned_view(one, with_id=with_ids) for one in page],
    }
    return answer | ({"next_offset": str(offset + limit)} if offset + limit < len(found) else {})


def _kept(found: Iterable[OwnedGiftRecord], call: Any) -> Iterable[OwnedGiftRecord]:
    """The gifts of the kinds that the call does not exclude."""
    for one in found:
        gift = find_gift(one.gift_id)
        if one.number:
            excluded = call.exclude_unique
        elif not gift.total:
            excluded = call.exclude_unlimited
        elif gift.upgrade:
            excluded = call.exclude_limited_upgradable
        else:
            excluded = call.exclude_limited_non_upgradable
        if not excluded:
            yield one


METHODS = (
    Method(GetAvailableGifts, get_available),
    Method(SendGift, send_gift),
    Method(GiftPremiumSubscription, gift_premium),
    Method(GetUserGifts, user_gifts),
    Method(GetChatGifts, chat_gifts),
    Method(GetBusinessAccountGifts, business_gifts),
)
