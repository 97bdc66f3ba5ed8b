"""Every method the emulator answers, by its name in small letters.

A family of methods is one file with a tuple `METHODS`; adding one is adding it here.
"""

from telegram_emulator.api.methods import (
    bot,
    business,
    business_goods,
    chat,
    checklists,
    copies,
    drafts,
    edit_media,
    edits,
    ephemeral,
    games,
    gifts,
    group_profile,
    join_queries,
    media,
    members,
    messages,
    paid_media,
    payments,
    places,
    profile_extras,
    queries,
    receiving,
    sticker_details,
    sticker_sets,
    topics,
    widgets,
)
from telegram_emulator.api.methods.method import Method

FAMILIES = (
    bot,
    business,
    business_goods,
    chat,
    checklists,
    copies,
    drafts,
    edit_media,
    edits,
    ephemeral,
    games,
    gifts,
    group_profile,
    join_queries,
    media,
    members,
    messages,
    paid_media,
    payments,
    places,
    profile_extras,
    queries,
    receiving,
    sticker_details,
    sticker_sets,
    topics,
    widgets,
)

METHODS: dict[str, Method] = {
    method.model.__api_method__.lower(): method for family in FAMILIES for method in family.METHODS
}

__all__ = ["METHODS", "Method"]
