"""Every method that the emulator plays.

A family of methods is one file with a tuple `METHODS`; a new file is listed here. Families are
imported when a call needs them, starting with those that every bot uses: importing all of their
aiogram models takes longer than the rest of a start.
"""

from functools import cache
from importlib import import_module

from telegram_emulator.api.methods.method import Method

FAMILIES = (
    "bot",
    "receiving",
    "messages",
    "queries",
    "drafts",
    "edits",
    "media",
    "business",
    "business_goods",
    "chat",
    "checklists",
    "copies",
    "edit_media",
    "ephemeral",
    "games",
    "gifts",
    "group_profile",
    "join_queries",
    "members",
    "organisation",
    "paid_media",
    "payments",
    "places",
    "profile_extras",
    "sticker_details",
    "sticker_sets",
    "stories",
    "topics",
    "widgets",
)


def find_method(name: str) -> Method | None:
    """The method with this name, ignoring case; None if it is not played."""
    for family in FAMILIES:
        if found := _methods_of(family).get(name.lower()):
            return found
    return None


def all_methods() -> dict[str, Method]:
    """Every played method, by its name in lower case."""
    return {name: method for family in FAMILIES for name, method in _methods_of(family).items()}


@cache
def _methods_of(family: str) -> dict[str, Method]:
    methods = import_module(f"{__name__}.{family}").METHODS
    return {method.model.__api_method__.lower(): method for method in methods}


__all__ = ["Method", "all_methods", "find_method"]
