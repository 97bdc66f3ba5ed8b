"""`web_app_invoke_custom_method`: CloudStorage, the requested contact, the server's time.

Limits of CloudStorage: 1024 keys of 128 characters and values of 4096
(core.telegram.org/bots/webapps#cloudstorage).
"""

import re
from collections.abc import Callable
from typing import Any

import msgspec

from telegram_emulator.actions import CustomMethodInvoked
from telegram_emulator.hub import Hub
from telegram_emulator.init_data import sign

MOST_KEYS = 1024
LONGEST_VALUE = 4096
_KEY = re.compile(r"[A-Za-z0-9_-]{1,128}")


class _Refused(Exception):
    """A method's error, as the app gets it."""


def invoke(hub: Hub, person_id: int, method: str, params: Any) -> CustomMethodInvoked:
    """Run a custom method; an unknown one is METHOD_INVALID."""
    handler = _METHODS.get(method)
    if handler is None:
        return CustomMethodInvoked(error="METHOD_INVALID")
    if not isinstance(params, dict):
        return CustomMethodInvoked(error="DATA_INVALID")
    try:
        return CustomMethodInvoked(result=handler(hub, person_id, params))
    except _Refused as refusal:
        return CustomMethodInvoked(error=str(refusal))


def _save(hub: Hub, person_id: int, params: dict[str, Any]) -> bool:
    key, value = _checked_key(params.get("key")), params.get("value")
    if not isinstance(value, str) or len(value) > LONGEST_VALUE:
        raise _Refused("VALUE_INVALID")
    kept = hub.world.storage.setdefault(person_id, {})
    if value == "":
        kept.pop(key, None)
    elif key not in kept and len(kept) >= MOST_KEYS:
        raise _Refused("QUOTA_EXCEEDED")
    else:
        kept[key] = value
    hub.store.changed()
    return True


def _get(hub: Hub, person_id: int, params: dict[str, Any]) -> dict[str, str]:
    kept = hub.world.storage.get(person_id, {})
    return {key: kept.get(key, "") for key in _checked_keys(params)}


def _delete(hub: Hub, person_id: int, params: dict[str, Any]) -> bool:
    kept = hub.world.storage.get(person_id, {})
    for key in _checked_keys(params):
        kept.pop(key, None)
    hub.store.changed()
    return True


def _keys(hub: Hub, person_id: int, params: dict[str, Any]) -> list[str]:
    return list(hub.world.storage.get(person_id, {}))


def _contact(hub: Hub, person_id: int, params: dict[str, Any]) -> str:
    """Signed like init data; empty until the contact is shared."""
    shared_at = hub.chats.record(person_id).contact_shared_at
    person = hub.chats.person(person_id)
    if shared_at is None or not person.phone_number:
        return ""
    contact = {
        "user_id": person_id,
        "phone_number": person.phone_number,
        "first_name": person.first_name,
        "last_name": person.last_name or "",
    }
    fields = {
        "contact": msgspec.json.encode(contact).decode(),
        "auth_date": str(int(shared_at.timestamp())),
    }
    return sign(fields, hub.config.token)


def _time(hub: Hub, person_id: int, params: dict[str, Any]) -> int:
    return hub.clock.timestamp()


def _checked_key(key: object) -> str:
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise _Refused("KEY_INVALID")
    return key


def _checked_keys(params: dict[str, Any]) -> list[str]:
    keys = params.get("keys")
    if not isinstance(keys, list) or len(keys) > MOST_KEYS:
        raise _Refused("KEYS_INVALID")
    return [_checked_key(key) for key in keys]


_METHODS: dict[str, Callable[[Hub, int, dict[str, Any]], Any]] = {
    "saveStorageValue": _save,
    "getStorageValues": _get,
    "deleteStorageValues": _delete,
    "getStorageKeys": _keys,
    "getRequestedContact": _contact,
    "getCurrentTime": _time,
}
