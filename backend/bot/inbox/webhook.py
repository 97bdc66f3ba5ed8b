"""The webhook's secret and address. The route itself is the web edge's."""

import base64
import hmac

from backend.db import KeyRing
from backend.settings import Settings

WEBHOOK_PATH = "/telegram/webhook"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"


def webhook_secret(settings: Settings) -> str:
    """The secret that Telegram sends back with each update (1–256 of A–Z a–z 0–9 _ -)."""
    return accepted_secrets(settings)[0]


def accepted_secrets(settings: Settings) -> tuple[str, ...]:
    """The secret in force, then the one of MASTER_KEY_PREVIOUS: Telegram sends that one until
    `tanya telegram setup` has told it the new one."""
    if settings.webhook_secret:
        return (settings.webhook_secret,)
    keys = KeyRing.from_settings(settings).derive_all("tanya webhook secret")
    return tuple(base64.urlsafe_b64encode(key).decode().rstrip("=") for key in keys)


def is_from_telegram(settings: Settings, sent: str | None) -> bool:
    """Whether the header holds an accepted secret; compared in constant time."""
    given = (sent or "").encode()
    return any(hmac.compare_digest(given, secret.encode()) for secret in accepted_secrets(settings))
