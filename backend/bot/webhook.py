"""The webhook's secret and address. The route itself is the web edge's."""

import base64
import hmac

from backend.db import decode_master_key, derive_key
from backend.settings import Settings

WEBHOOK_PATH = "/telegram/webhook"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"


def webhook_secret(settings: Settings) -> str:
    """The secret that Telegram sends back with each update (1–256 of A–Z a–z 0–9 _ -)."""
    if settings.webhook_secret:
        return settings.webhook_secret
    key = derive_key(decode_master_key(settings.master_key), "tanya webhook secret")
    return base64.urlsafe_b64encode(key).decode().rstrip("=")


def is_from_telegram(settings: Settings, sent: str | None) -> bool:
    """Whether the header holds the secret; compared in constant time."""
    return hmac.compare_digest((sent or "").encode(), webhook_secret(settings).encode())
