"""Every method that the emulator answers.

A family of methods is one file with a tuple `METHODS`; adding one is adding it here. A family is
imported when a call needs it, the ones that every bot uses first: with their models of aiogram's
all of them take longer than everything else at a start.
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
    """The method of this name, whose capitals do not matter; None if none is played."""
    for family in FAMILIES:
        if found := _methods_of(family).get(name.lower()):
            return found
    return None


def all_methods() -> dict[str, Method]:
    """Every method that is played, by its name in small letters."""
    return {name: method for family in FAMILIES for name, method in _methods_of(family).items()}


@cache
def _methods_of(family: str) -> dict[str, Method]:
    methods = import_module(f"{__name__}.{family}").METHODS
    return {method.model.__api_method__.lower(): method for method in methods}


__all__ = ["Method", "all_methods", "find_method"]
