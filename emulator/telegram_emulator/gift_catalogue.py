"""The gifts that can be sent, and the JSON of owned ones. The catalogue is invented; its shape is
Telegram's."""

from dataclasses import dataclass

from telegram_emulator.refusals import ApiError
from telegram_emulator.schemas import BotApi
from telegram_emulator.world import OwnedGiftRecord


@dataclass(frozen=True)
class GiftKind:
    """A gift that can be bought: its price, the price of an upgrade (0: none), and how many exist
    (0: unlimited)."""

    id: str
    emoji: str
    price: int
    upgrade: int = 0
    total: int = 0


GIFTS = (
    GiftKind("5170145012310081615", "💝", 15),
    GiftKind("5170250947678437525", "🎁", 25),
    GiftKind("5168103777563050263", "🌹", 25),
    GiftKind("5170144170496491616", "🎂", 50, upgrade=25),
    GiftKind("5170564780938756245", "🚀", 50, upgrade=25, total=5000),
)
CONVERTED = 0.85
"""What part of a gift's price an account gets when converting it into Stars."""


def find_gift(gift_id: str) -> GiftKind:
    """A gift by its id.

    Raises:
        ApiError: when there is none.
    """
    for gift in GIFTS:
        if gift.id == gift_id:
            return gift
    raise ApiError("STARGIFT_INVALID")


def gift_view(gift: GiftKind) -> BotApi:
    """`Gift`"""
    view: BotApi = {"id": gift.id, "sticker": _sticker(gift), "star_count": gift.price}
    if gift.upgrade:
        view["upgrade_star_count"] = gift.upgrade
    if gift.total:
        view |= {"total_count": gift.total, "remaining_count": gift.total}
    return view


def _sticker(gift: GiftKind) -> BotApi:
    return {
        "file_id": f"GIFT{gift.id}",
        "file_unique_id": gift.id,
        "type": "regular",
        "width": 512,
        "height": 512,
        "is_animated": True,
        "is_video": False,
        "emoji": gift.emoji,
    }


def owned_view(record: OwnedGiftRecord, *, with_id: bool) -> BotApi:
    """An `OwnedGift`; only connected accounts get the id."""
    gift = find_gift(record.gift_id)
    view: BotApi = {"send_date": record.date, **({"owned_gift_id": record.id} if with_id else {})}
    if record.number:
        unique = unique_view(gift, record.number)
        return {"type": "unique", "gift": unique, "can_be_transferred": True, **view}
    view |= {"type": "regular", "gift": gift_view(gift), **record.text}
    view["can_be_upgraded"] = bool(gift.upgrade)
    view["convert_star_count"] = int(gift.price * CONVERTED)
    if record.prepaid_upgrade:
        view["prepaid_upgrade_star_count"] = record.prepaid_upgrade
    return view


def unique_view(gift: GiftKind, number: int) -> BotApi:
    """A `UniqueGift`, which upgrading makes of a gift."""
    colors = dict.fromkeys(("center_color", "edge_color", "symbol_color", "text_color"), 0x4A83B8)
    part = {"name": "Plain", "rarity_per_mille": 10}
    return {
        "gift_id": gift.id,
        "base_name": f"Gift {gift.emoji}",
        "name": f"Gift{gift.id[-6:]}-{number}",
        "number": number,
        "model": {**part, "sticker": _sticker(gift)},
        "symbol": {**part, "sticker": _sticker(gift)},
        "backdrop": {**part, "colors": colors},
    }
