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
from backend.llm import Model, TextPart, Turn, prompting
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
    `materials` are the files that belong to the turns, which still lack them; `prompts` are the
    templates that the turns were made with."""

    turns: tuple[Turn, ...]
    message_ids: tuple[UUID, ...]
    cut_at: UUID | None
    used_tokens: int
    answer_tokens: int
    materials: tuple[Wanted, ...] = ()
    prompts: tuple[str, ...] = ()


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
    tail, prompts = _tail(partial)
    texts: dict[UUID, str] = {}
    used = count(system) + sum(_cost(turn.text) for turn in tail)
    first = len(history)
    planner = Planner(model, room)
    materials: dict[UUID, tuple[Wanted, ...]] = {}
    while first > 0:
        message = history[first - 1]
        texts[message.id], prompt = _worded(message)
        cost = _cost(texts[message.id])
        left = room - used - cost if message is history[-1] else room
        planned, tokens = planner.plan(message.id, _sent_with(message, attached), left)
        cost += tokens
        if used + cost > room:
            break
        materials[message.id] = planned
        prompts += prompt
        first -= 1
        used += cost
    if first == len(history):
        raise PromptTooLong(limit=room)
    while history[first].role != "user":
        first += 1  # an answer whose question was cut off would only confuse
    kept = [message for message in history[first:] if message.text or materials[message.id]]
    turns = tuple(Turn(message.role, (TextPart(texts[message.id]),)) for message in kept)
    ids = tuple(m.id for m in kept) + ((partial.id,) if partial is not None and tail else ())
    left = min(model.max_output_tokens, model.context_tokens - used)
    wanted = tuple(one for message in kept for one in materials[message.id])
    cut_at = kept[0].id if first > 0 else None
    return Context(turns + tail, ids, cut_at, used, left, wanted, tuple(dict.fromkeys(prompts)))


def _worded(message: Message) -> tuple[str, tuple[str, ...]]:
    """What a message says to a model, and by which template; plain words have none."""
    asked = message.asked
    # A task that is no longer offered, or is no text's, leaves the person's own words.
    if asked.task not in prompting.TASKS:
        return message.text, ()
    rendered = prompting.task(asked.task, message.text, **asked.options)
    return rendered.text, (rendered.version,)


def _sent_with(message: Message, attached: Attached) -> Sequence[File]:
    """The files of a question. Pictures that a model made are not shown to models again."""
    return attached.get(message.id, ()) if message.role == "user" else ()


def _tail(partial: Message | None) -> tuple[tuple[Turn, ...], tuple[str, ...]]:
    """The answer so far and the request to go on, and by which template; nothing if there is
    nothing yet."""
    if partial is None or not partial.text:
        return (), ()
    more = prompting.continuation()
    turns = (
        Turn("assistant", (TextPart(partial.text),)),
        Turn("user", (TextPart(more.text),)),
    )
    return turns, (more.version,)


def holds(model: Model, context: Context) -> bool:
    """Whether the model's window has room for the context and an answer."""
    return context.used_tokens <= model.context_tokens - _kept_for_answer(model)


def _kept_for_answer(model: Model) -> int:
    """Room that is left free in any case: a quarter of a small window at most."""
    return max(1, min(model.max_output_tokens, ANSWER_TOKENS, model.context_tokens // 4))


def _cost(text: str) -> int:
    return count(text) + TURN_TOKENS
