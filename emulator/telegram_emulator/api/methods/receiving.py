"""How the bot gets updates: getUpdates, setWebhook, deleteWebhook, getWebhookInfo."""

import re
from urllib.parse import urlsplit

from aiogram.methods import DeleteWebhook, GetUpdates, GetWebhookInfo, SetWebhook

from telegram_emulator.api.methods.method import Method
from telegram_emulator.hub import Hub
from telegram_emulator.refusals import ApiError
from telegram_emulator.schemas import BotApi
from telegram_emulator.world import WebhookRecord

PORTS = {80, 88, 443, 8443}
UPDATE_TYPES = re.compile(r"[a-z_]+")


async def get_updates(hub: Hub, call: GetUpdates) -> list[BotApi]:
    """getUpdates"""
    if call.allowed_updates is not None and not hub.world.webhook.url:
        _allow(hub, call.allowed_updates)
    limit = min(max(call.limit or 100, 1), 100)
    return await hub.polling.poll(call.offset or 0, limit, call.timeout or 0)


def set_webhook(hub: Hub, call: SetWebhook) -> bool:
    """setWebhook; an empty address removes it."""
    if not call.url:
        return _remove(hub, bool(call.drop_pending_updates))
    _check_url(call.url)
    secret = call.secret_token or ""
    if len(secret) > 256:
        raise ApiError("secret token is too long")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
        raise ApiError("secret token contains unallowed characters")
    if call.allowed_updates is not None:
        _allow(hub, call.allowed_updates)
    if call.drop_pending_updates:
        hub.updates.forget_all()
    hub.world.webhook = WebhookRecord(
        url=call.url,
        secret_token=secret,
        max_connections=min(max(call.max_connections or 40, 1), 100),
    )
    hub.deliveries.changed()
    return True


def _check_url(url: str) -> None:
    """https on Telegram's ports; plain http and any port on this machine."""
    try:
        parts = urlsplit(url)
        port = parts.port or (80 if parts.scheme == "http" else 443)
    except ValueError:
        raise ApiError("invalid webhook URL specified") from None
    if parts.hostname is None or parts.scheme not in ("http", "https"):
        raise ApiError("invalid webhook URL specified")
    if parts.hostname in ("localhost", "127.0.0.1", "::1"):
        return
    if parts.scheme != "https":
        raise ApiError("bad webhook: An HTTPS URL must be provided for webhook")
    if port not in PORTS:
        raise ApiError("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")


def _allow(hub: Hub, types: list[str]) -> None:
    """Unknown types are dropped; an empty list means Telegram's default."""
    hub.world.allowed_updates = [name for name in types if UPDATE_TYPES.fullmatch(name)]
    hub.store.changed()


def delete_webhook(hub: Hub, call: DeleteWebhook) -> bool:
    """deleteWebhook"""
    return _remove(hub, bool(call.drop_pending_updates))


def _remove(hub: Hub, drop: bool) -> bool:
    if drop:
        hub.updates.forget_all()
    hub.world.webhook = WebhookRecord()
    hub.deliveries.changed()
    return True


def get_webhook_info(hub: Hub, call: GetWebhookInfo) -> BotApi:
    """getWebhookInfo"""
    record = hub.world.webhook
    info: BotApi = {
        "url": record.url,
        "has_custom_certificate": False,
        "pending_update_count": len(hub.updates.pending()),
    }
    if record.url:
        info |= {"max_connections": record.max_connections, "ip_address": "127.0.0.1"}
    if record.last_error and record.last_error_at:
        info["last_error_date"] = int(record.last_error_at.timestamp())
        info["last_error_message"] = record.last_error
    if hub.world.allowed_updates:
        info["allowed_updates"] = hub.world.allowed_updates
    return info


METHODS = (
    Method(GetUpdates, get_updates),
    Method(SetWebhook, set_webhook),
    Method(DeleteWebhook, delete_webhook),
    Method(GetWebhookInfo, get_webhook_info),
)
