"""Finds wire adapters: each is one module of this room, named as catalogs name it.

An adapter's module holds `PROFILES`, a mapping whose keys are the profiles that it knows, and
`make_adapter(http, provider, key)`. To add a protocol is to add such a file.
"""

import importlib
import re
from collections.abc import Mapping
from types import ModuleType

from backend.llm.http.wire import HttpClient
from backend.llm.model import Provider
from backend.llm.port import Adapter


def make_adapter(http: HttpClient, provider: Provider, key: str) -> Adapter:
    """The adapter that speaks the provider's protocol.

    Raises:
        KeyError: there is no such protocol; the catalog has been checked for that.
    """
    module = _module(provider.adapter)
    if module is None:
        raise KeyError(provider.adapter)
    adapter: Adapter = module.make_adapter(http, provider, key)
    return adapter


def profiles(kind: str) -> tuple[str, ...] | None:
    """The profiles that an adapter knows; None if there is no such adapter."""
    module = _module(kind)
    if module is None:
        return None
    known: Mapping[str, object] = module.PROFILES
    return tuple(known)


def _module(kind: str) -> ModuleType | None:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", kind) or kind == "registry":
        return None
    try:
        module = importlib.import_module(f"backend.llm.adapters.{kind}")
    except ModuleNotFoundError:
        return None
    return module if hasattr(module, "make_adapter") and hasattr(module, "PROFILES") else None
