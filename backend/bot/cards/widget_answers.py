"""What a widget is told after a tap: the whole state of its card, as JSON within Telegram's
limit."""

import msgspec
from msgspec.structs import replace

from backend.bot.cards.widget_calls import LONGEST_ANSWER


class WidgetState(msgspec.Struct, frozen=True, omit_defaults=True):
    """The marks, for a quiz the right options of what is answered, and a text to show."""

    marks: str = ""
    right: str = ""
    note: str = ""


def widget_answer(state: WidgetState) -> str:
    """The state as JSON; its text is cut if it is too long."""
    note = state.note
    while len(found := msgspec.json.encode(replace(state, note=note))) > LONGEST_ANSWER:
        note = note[: len(note) * 3 // 4].rstrip() + "…"
    return found.decode()
