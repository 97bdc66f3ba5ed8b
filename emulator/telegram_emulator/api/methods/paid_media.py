"""Media that people unlock with Stars."""

from aiogram.methods import SendPaidMedia

from telegram_emulator.api.methods.media import MOST_IN_ALBUM, media_of_item
from telegram_emulator.api.methods.method import Method
from telegram_emulator.api.sending import caption_of, send
from telegram_emulator.hub import Hub
from telegram_emulator.refusals import ApiError
from telegram_emulator.schemas import BotApi

MOST_STARS = 25_000
LONGEST_PAYLOAD = 128
"""In bytes."""


def send_paid_media(hub: Hub, call: SendPaidMedia) -> BotApi:
    """sendPaidMedia: the bot sees its media, people after paying."""
    if not 1 <= call.star_count <= MOST_STARS:
        raise ApiError("STARS_AMOUNT_INVALID")
    if not 1 <= len(call.media) <= MOST_IN_ALBUM:
        raise ApiError("paid media must include 1-10 items")
    if len((call.payload or "").encode()) > LONGEST_PAYLOAD:
        raise ApiError("MEDIA_PAYLOAD_INVALID")
    media = [{"type": str(item.type), **media_of_item(hub, call, item)} for item in call.media]
    content = {"paid_media": {"star_count": call.star_count, "paid_media": media}}
    stored = send(hub, call, {**content, **caption_of(call)})
    stored.payload = call.payload or ""
    return stored.message


METHODS = (Method(SendPaidMedia, send_paid_media),)
