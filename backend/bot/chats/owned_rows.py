"""A person's rows beside their chat: in groups, saved prompts, reminders, cards, joined
questions."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from backend.bot.chats.card_marks import erase_cards
from backend.bot.chats.group_acts import erase_acts, export_acts
from backend.bot.chats.group_automatic import erase_automatic
from backend.bot.chats.group_memory import erase_kept, export_kept, export_sharing
from backend.bot.chats.groups import erase_answers
from backend.bot.chats.question_parts import erase_parts, export_parts
from backend.bot.chats.reminders import erase_reminders, export_reminders
from backend.bot.chats.saved_prompts import erase_prompts, export_prompts
from backend.db import Vault


async def export_owned(db: AsyncConnection, vault: Vault, user_id: int) -> dict[str, Any]:
    """Those with words or choices, as JSON-ready values; what is empty is left out."""
    in_groups = {
        "kept": await export_kept(db, vault, user_id),
        "shared": await export_sharing(db, user_id),
        "acts": await export_acts(db, vault, user_id),
    }
    found: dict[str, Any] = {
        "groups": in_groups if any(in_groups.values()) else None,
        "savedPrompts": await export_prompts(db, vault, user_id),
        "questionParts": await export_parts(db, user_id),
        "reminders": await export_reminders(db, vault, user_id),
    }
    return {name: value for name, value in found.items() if value}


async def erase_owned(db: AsyncConnection, user_id: int) -> None:
    """Delete them all."""
    for erase in (
        erase_cards,
        erase_answers,
        erase_kept,
        erase_acts,
        erase_automatic,
        erase_prompts,
        erase_reminders,
        erase_parts,
    ):
        await erase(db, user_id)
