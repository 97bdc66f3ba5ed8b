"""A connected account's Stars, gifts and picture, within the rights that its owner gave."""

from aiogram.methods import (
    ConvertGiftToStars,
    GetBusinessAccountStarBalance,
    RemoveBusinessAccountProfilePhoto,
    SetBusinessAccountGiftSettings,
    SetBusinessAccountProfilePhoto,
    TransferBusinessAccountStars,
    TransferGift,
    UpgradeGift,
)

from telegram_emulator.api.methods.method import Method
from telegram_emulator.api.methods.profile_extras import profile_photo
from telegram_emulator.api.params import wire
from telegram_emulator.errors import ActionRefused
from telegram_emulator.gift_catalogue import CONVERTED, find_gift
from telegram_emulator.group_records import BusinessRecord
from telegram_emulator.hub import Hub
from telegram_emulator.refusals import ApiError
from telegram_emulator.schemas import BotApi
from telegram_emulator.world import OwnedGiftRecord

MOST_TRANSFERRED = 10_000


def star_balance(hub: Hub, call: GetBusinessAccountStarBalance) -> BotApi:
    """getBusinessAccountStarBalance"""
    record = hub.business.require(call.business_connection_id, "can_view_gifts_and_stars")
    return {"amount": hub.ledger.wallet(record.owner_id).balance}


def transfer_stars(hub: Hub, call: TransferBusinessAccountStars) -> bool:
    """transferBusinessAccountStars: from the account to the bot."""
    record = hub.business.require(call.business_connection_id, "can_transfer_stars")
    if not 1 <= call.star_count <= MOST_TRANSFERRED:
        raise ApiError("STARS_AMOUNT_INVALID")
    partner = {"transaction_type": "business_account_transfer"}
    try:
        hub.ledger.pay(record.owner_id, call.star_count, "To the bot", partner)
    except ActionRefused as error:
        raise ApiError(error.reason) from None
    return True


def convert_gift(hub: Hub, call: ConvertGiftToStars) -> bool:
    """convertGiftToStars: a regular gift, for part of its price."""
    record = hub.business.require(call.business_connection_id, "can_convert_gifts_to_stars")
    gift = _owned(hub, record, call.owned_gift_id)
    if gift.number:
        raise ApiError("STARGIFT_CONVERT_INVALID")
    del hub.world.gifts[gift.id]
    hub.ledger.top_up(record.owner_id, int(find_gift(gift.gift_id).price * CONVERTED))
    return True


def upgrade_gift(hub: Hub, call: UpgradeGift) -> bool:
    """upgradeGift: prepaid, or paid by the account now."""
    record = hub.business.require(call.business_connection_id, "can_transfer_and_upgrade_gifts")
    gift = _owned(hub, record, call.owned_gift_id)
    price = find_gift(gift.gift_id).upgrade
    if gift.number or not price:
        raise ApiError("STARGIFT_UPGRADE_UNAVAILABLE")
    if gift.prepaid_upgrade:
        price = 0
    if (call.star_count or 0) != price:
        raise ApiError("STARS_AMOUNT_INVALID")
    _pay(hub, record, price)
    hub.world.next_gift_number += 1
    gift.number = hub.world.next_gift_number - 1
    if not call.keep_original_details:
        gift.text = {}
    hub.store.changed()
    return True


def transfer_gift(hub: Hub, call: TransferGift) -> bool:
    """transferGift: a unique gift, to another person."""
    record = hub.business.require(call.business_connection_id, "can_transfer_and_upgrade_gifts")
    gift = _owned(hub, record, call.owned_gift_id)
    if not gift.number:
        raise ApiError("STARGIFT_TRANSFER_INVALID")
    if call.new_owner_chat_id not in hub.world.people:
        raise ApiError("PEER_ID_INVALID")
    _pay(hub, record, call.star_count or 0)
    gift.owner_id = call.new_owner_chat_id
    hub.store.changed()
    return True


def _pay(hub: Hub, record: BusinessRecord, stars: int) -> None:
    if not stars:
        return
    hub.business.require(record.id, "can_transfer_stars")
    try:
        hub.ledger.leave(record.owner_id, stars, "Gift")
    except ActionRefused as error:
        raise ApiError(error.reason) from None


def _owned(hub: Hub, record: BusinessRecord, gift_id: str) -> OwnedGiftRecord:
    gift = hub.world.gifts.get(gift_id)
    if gift is None or gift.owner_id != record.owner_id:
        raise ApiError("SAVED_GIFT_ID_INVALID")
    return gift


def gift_settings(hub: Hub, call: SetBusinessAccountGiftSettings) -> bool:
    """setBusinessAccountGiftSettings: getChat shows which kinds are accepted."""
    record = hub.business.require(call.business_connection_id, "can_change_gift_settings")
    hub.world.accepted_gifts[record.owner_id] = wire(call.accepted_gift_types)
    hub.store.changed()
    return True


def set_photo(hub: Hub, call: SetBusinessAccountProfilePhoto) -> bool:
    """setBusinessAccountProfilePhoto"""
    record = hub.business.require(call.business_connection_id, "can_edit_profile_photo")
    photo = profile_photo(hub, call.photo)
    hub.profile.change_person(record.owner_id, photo_url=f"emulator/files/{photo}")
    return True


def remove_photo(hub: Hub, call: RemoveBusinessAccountProfilePhoto) -> bool:
    """removeBusinessAccountProfilePhoto"""
    record = hub.business.require(call.business_connection_id, "can_edit_profile_photo")
    hub.profile.change_person(record.owner_id, photo_url=None)
    return True


METHODS = (
    Method(GetBusinessAccountStarBalance, star_balance),
    Method(TransferBusinessAccountStars, transfer_stars),
    Method(ConvertGiftToStars, convert_gift),
    Method(UpgradeGift, upgrade_gift),
    Method(TransferGift, transfer_gift),
    Method(SetBusinessAccountGiftSettings, gift_settings),
    Method(SetBusinessAccountProfilePhoto, set_photo),
    Method(RemoveBusinessAccountProfilePhoto, remove_photo),
)
