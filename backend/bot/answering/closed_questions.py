"""Questions that contain other people's words: asked on behalf of a person in a temporary
conversation that contains nothing else and is closed with the answer.

Quota, consent, caps and receipts are the asker's, as for every answer. Links in the text are not
opened, and nothing is searched.
"""

from uuid import UUID

from msgspec import Struct

from backend.bot.answering.answers import begin, read_to_end
from backend.bot.answering.group_answers import close_temporary
from backend.bot.context import BotContext
from backend.db import temporary_id
from backend.generation import SendMessage
from backend.i18n import Translator


def closed_turn(
    key: UUID,
    task: str,
    text: str,
    context: BotContext,
    *,
    here: bool = False,
    placeholders: dict[str, str] | None = None,
    group_id: int | None = None,
) -> SendMessage:
    """The request, for models of this server only if `here`; `placeholders` and `group_id` are as
    in `SendMessage`."""
    return SendMessage(
        id=key,
        conversation_id=temporary_id(context.clock()),
        parent_id=None,
        text=text,
        task=task,
        create=True,
        server_only=here,
        placeholders=placeholders or {},
        group_id=group_id,
    )


class ClosedAnswer(Struct, frozen=True):
    """The whole answer, empty if it failed, and its cost."""

    text: str
    cost_micro_dollars: int


async def ask_closed(
    user_id: int, turn: SendMessage, t: Translator, context: BotContext
) -> ClosedAnswer:
    """Ask the question, then close the conversation.

    Raises:
        ServerDraining: another process is to ask.
        TanyaError: as Generation.send.
    """
    run = await begin(user_id, turn, t, context)
    try:
        answered = await read_to_end(run, turn.id, t, context, lambda text: None)
    finally:
        await close_temporary(turn, user_id, context)
    text = answered.text.strip() if answered.state in ("complete", "limited") else ""
    return ClosedAnswer(text, answered.cost_micro_dollars)
