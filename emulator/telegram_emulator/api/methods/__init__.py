"""Every method the emulator answers, by its name in small letters.

A family of methods is one file with a tuple `METHODS`; adding one is adding it here.
"""

from telegram_emulator.api.methods import (
    bot,
    business,
    chat,
    copies,
    drafts,
    edit_media,
    edits,
    ephemeral,
    group_profile,
    media,
    members,
    messages,
    payments,
    places,
    queries,
    receiving,
    topics,
)
from telegram_emulator.api.methods.method import Method

FAMILIES = (
    bot,
    business,
    chat,
    copies,
    drafts,
    edit_media,
    edits,
    ephemeral,
    group_profile,
    media,
    members,
    messages,
    payments,
    places,
    queries,
    receiving,
    topics,
)

METHODS: dict[str, Method] = {
    method.model.__api_method__.lower(): method for family in FAMILIES for method in family.METHODS
}

__all__ = ["METHODS", "Method"]
