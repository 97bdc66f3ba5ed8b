"""Every method the emulator answers, by its name in small letters.

A family of methods is one file with a tuple `METHODS`; adding one is adding it here.
"""

from backend.emulator.api.methods import (
    bot,
    drafts,
    edits,
    media,
    messages,
    payments,
    queries,
    receiving,
)
from backend.emulator.api.methods.method import Method

FAMILIES = (bot, drafts, edits, media, messages, payments, queries, receiving)

METHODS: dict[str, Method] = {
    method.model.__api_method__.lower(): method for family in FAMILIES for method in family.METHODS
}

__all__ = ["METHODS", "Method"]
