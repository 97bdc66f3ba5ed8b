"""The context window: the newest part of a conversation that fits the model.

Tokens are counted here, conservatively. The oldest turns are cut, question and answer together, and
a notice tells the reader where.
"""

from collections import ChainMap
from collections.abc import Sequence
from types import MappingProxyType
from uuid import UUID

from msgspec import Struct

from backend.conversations import Message
from backend.errors import PromptTooLong
from backend.files import Attached, File, Planner, Wanted
from backend.llm import Model, PromptTurn, TextPart, TextSource, count_tokens
from backend.llm.prompts import find_task, prompting

ANSWER_TOKENS = 4_096
"""Tokens kept free for the answer, unless the model's limit or a small window allows less."""
TURN_TOKENS = 8
"""Tokens that a message's framing may add."""


NO_FILES: Attached = MappingProxyType({})


class ContextWindow(Struct, frozen=True):
    """What is sent. `cut_at` is the first message sent if older ones were left out;
    `used_tokens` is its size, `answer_tokens` what is left for the answer; `materials` are the
    files that must still be added to the turns; `prompts` are the templates that the turns were
    made with, `sources` the messages' stored texts, `placeholders` what stands in them for names
    and the like."""

    turns: tuple[PromptTurn, ...]
    message_ids: tuple[UUID, ...]
    cut_at: UUID | None
    used_tokens: int
    answer_tokens: int
    materials: tuple[Wanted, ...] = ()
    prompts: tuple[str, ...] = ()
    sources: tuple[TextSource, ...] = ()
    placeholders: dict[str, str] = {}


def fit_context(
    history: Sequence[Message],
    model: Model,
    system: str,
    *,
    plan_tokens: int,
    whole: bool = True,
    partial: Message | None = None,
    attached: Attached = NO_FILES,
) -> ContextWindow:
    """The newest part of `history` that fits; its last message is the question.

    `plan_tokens` bounds the window by the person's plan; `history` begins at the root if it is
    `whole`. `partial` is an answer to be continued; `attached` files go again with questions.

    Raises:
        PromptTooLong: the question alone does not fit.
    """
    room = min(model.context_tokens - _kept_for_answer(model), plan_tokens)
    tail, prompts = _tail(partial)
    used = count_tokens(system) + sum(_cost(turn.text) for turn in tail)
    newest = _newest(history, Planner(model, room), attached, room, used)
    if not newest.texts:
        raise PromptTooLong(limit=room)
    first = _first_question(history, len(history) - len(newest.texts))
    kept = [one for one in history[first:] if one.text or newest.materials[one.id]]
    turns = tuple(
        PromptTurn(message.role, (TextPart(newest.texts[message.id]),)) for message in kept
    )
    sent = [*kept, partial] if partial is not None and tail else kept
    ids = tuple(message.id for message in sent)
    left = min(model.max_output_tokens, model.context_tokens - newest.used)
    wanted = tuple(one for message in kept for one in newest.materials[message.id])
    cut_at = None if first == 0 and whole else kept[0].id
    sources = tuple(TextSource("message", message.id, message.text) for message in sent)
    prompts = tuple(dict.fromkeys(prompts + newest.prompts))
    placeholders = dict(ChainMap(*(one.asked.placeholders for one in reversed(sent))))
    return ContextWindow(
        turns + tail, ids, cut_at, newest.used, left, wanted, prompts, sources, placeholders
    )


def _first_question(history: Sequence[Message], first: int) -> int:
    """The first question: an answer without its question is not sent."""
    while history[first].role != "user":
        first += 1
    return first


class _Newest(Struct):
    """Collects the newest messages that fit, from the last backwards."""

    used: int
    """Tokens, with what was used before."""
    texts: dict[UUID, str] = {}
    materials: dict[UUID, tuple[Wanted, ...]] = {}
    prompts: tuple[str, ...] = ()


def _newest(
    history: Sequence[Message], planner: Planner, attached: Attached, room: int, used: int
) -> _Newest:
    """Take messages and fitting files until one does not fit."""
    taken = _Newest(used)
    for message in reversed(history):
        text, prompt = _worded(message)
        cost = _cost(text)
        left = room - taken.used - cost if message is history[-1] else room
        planned, tokens = planner.plan(message.id, _sent_with(message, attached), left)
        if taken.used + cost + tokens > room:
            break
        taken.texts[message.id], taken.materials[message.id] = text, planned
        taken.prompts += prompt
        taken.used += cost + tokens
    return taken


class HistoryRoom:
    """Limits how much of a conversation is read to what could be sent."""

    def __init__(self, plan_tokens: int) -> None:
        self._left = plan_tokens

    def takes(self, message: Message) -> bool:
        """Whether there is still room for a message, the next older one."""
        self._left -= _cost(message.text)
        return self._left >= 0


def _worded(message: Message) -> tuple[str, tuple[str, ...]]:
    """A message's text for the model and its template, if it has a task."""
    asked = message.asked
    # A task that no longer exists, or is not about text, leaves the person's text.
    if asked.task is None or find_task(asked.task) is None:
        return message.text, ()
    rendered = prompting.task(asked.task, message.text, **asked.options)
    return rendered.text, (rendered.version,)


def _sent_with(message: Message, attached: Attached) -> Sequence[File]:
    """The files of a question. Pictures that a model made are not shown to models again."""
    return attached.get(message.id, ()) if message.role == "user" else ()


def _tail(partial: Message | None) -> tuple[tuple[PromptTurn, ...], tuple[str, ...]]:
    """The partial answer, the request to continue and its template; empty without a partial
    answer."""
    if partial is None or not partial.text:
        return (), ()
    more = prompting.continuation()
    turns = (
        PromptTurn("assistant", (TextPart(partial.text),)),
        PromptTurn("user", (TextPart(more.text),)),
    )
    return turns, (more.version,)


def model_holds(model: Model, context: ContextWindow) -> bool:
    """Whether the model's window has room for the context and an answer."""
    return context.used_tokens <= model.context_tokens - _kept_for_answer(model)


def _kept_for_answer(model: Model) -> int:
    """Tokens kept free for the answer: at most a quarter of a small window."""
    return max(1, min(model.max_output_tokens, ANSWER_TOKENS, model.context_tokens // 4))


def _cost(text: str) -> int:
    return count_tokens(text) + TURN_TOKENS
