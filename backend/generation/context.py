"""What of a conversation is sent: as much of its end as fits the model's window.

Tokens are counted here, conservatively. What no longer fits is cut from the old end, a whole
question with its answer at a time, and the reader is told where: never in silence.
"""

from collections.abc import Sequence
from types import MappingProxyType
from uuid import UUID

from msgspec import Struct

from backend.conversations import Message
from backend.errors import PromptTooLong
from backend.generation.prompts import CONTINUE
from backend.llm import Model, TextPart, Turn
from backend.llm.tokens import count
from backend.sources import Attached, File, Planner, Wanted

ANSWER_TOKENS = 4_096
"""Room kept for the answer, where the model's own limit or a small window does not say less."""
TURN_TOKENS = 8
"""What the wire's framing of a message may add."""


NO_FILES: Attached = MappingProxyType({})


class Context(Struct, frozen=True):
    """What is sent. `cut_at` is the first message sent when older ones were left out;
    `used_tokens` is what it takes of the window, `answer_tokens` what is left for the answer;
    `materials` are the files that belong to the turns, which still lack them."""

    turns: tuple[Turn, ...]
    message_ids: tuple[UUID, ...]
    cut_at: UUID | None
    used_tokens: int
    answer_tokens: int
    materials: tuple[Wanted, ...] = ()


def fit(
    history: Sequence[Message],
    model: Model,
    system: str,
    *,
    plan_tokens: int,
    partial: Message | None = None,
    attached: Attached = NO_FILES,
) -> Context:
    """The newest part of `history` that fits; its last message is the question.

    `plan_tokens` bounds the window by the person's plan. `partial` is an answer to be continued.
    `attached` are the messages' files; those of questions are sent again with them.

    Raises:
        PromptTooLong: not even the question fits.
    """
    room = min(model.context_tokens - _kept_for_answer(model), plan_tokens)
    tail = _tail(partial)
    used = count(system) + sum(_cost(turn.text) for turn in tail)
    first = len(history)
    planner = Planner(model, room)
    materials: dict[UUID, tuple[Wanted, ...]] = {}
    while first > 0:
        message = history[first - 1]
        cost = _cost(message.text)
        left = room - used - cost if message is history[-1] else room
        planned, tokens = planner.plan(message.id, _sent_with(message, attached), left)
        cost += tokens
        if used + cost > room:
            break
        materials[message.id] = planned
        first -= 1
        used += cost
    if first == len(history):
        raise PromptTooLong(limit=room)
    while history[first].role != "user":
        first += 1  # an answer whose question was cut off would only confuse
    kept = [message for message in history[first:] if message.text or materials[message.id]]
    turns = tuple(Turn(message.role, (TextPart(message.text),)) for message in kept)
    ids = tuple(m.id for m in kept) + ((partial.id,) if partial is not None and tail else ())
    left = min(model.max_output_tokens, model.context_tokens - used)
    wanted = tuple(one for message in kept for one in materials[message.id])
    return Context(turns + tail, ids, kept[0].id if first > 0 else None, used, left, wanted)


def _sent_with(message: Message, attached: Attached) -> Sequence[File]:
    """The files of a question. Pictures that a model made are not shown to models again."""
    return attached.get(message.id, ()) if message.role == "user" else ()


def _tail(partial: Message | None) -> tuple[Turn, ...]:
    """The answer so far and the request to go on; nothing if there is nothing yet."""
    if partial is None or not partial.text:
        return ()
    return (
        Turn("assistant", (TextPart(partial.text),)),
        Turn("user", (TextPart(CONTINUE),)),
    )


def holds(model: Model, context: Context) -> bool:
    """Whether the model's window has room for the context and an answer."""
    return context.used_tokens <= model.context_tokens - _kept_for_answer(model)


def _kept_for_answer(model: Model) -> int:
    """Room that is left free in any case: a quarter of a small window at most."""
    return max(1, min(model.max_output_tokens, ANSWER_TOKENS, model.context_tokens // 4))


def _cost(text: str) -> int:
    return count(text) + TURN_TOKENS
