"""What a run is to do: who is asked, and exactly what, out of what a person sent."""

from datetime import datetime
from typing import TypeAlias
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from backend import conversations
from backend.billing import quota
from backend.db import Vault
from backend.errors import (
    ImagesNotAvailable,
    ImagesNotInPlan,
    SearchNotInPlan,
    TaskUnknown,
)
from backend.generation.choice import check_consent, choose, choose_painter
from backend.generation.context import NO_FILES, Context, fit, holds
from backend.generation.ports import Consents, Models, Painters, People, Preferences
from backend.generation.schemas import Continue, Kind, Order, Regenerate, Run, SendMessage
from backend.generation.supplies import (
    PAINT,
    is_painting,
    join_files,
    links_of,
    needs_of,
    supplies_of,
)
from backend.generation.views import start_payload
from backend.llm import ChatRequest, Model, Search, prompting
from backend.llm.personas import Persona, chosen
from backend.sources import Attached
from backend.uuid7 import uuid7

Request: TypeAlias = SendMessage | Regenerate | Continue


class Asked(msgspec.Struct, frozen=True):
    """What is known of a request once its messages are written. `agreed` are the providers that
    it may go to, None all."""

    request: Request
    turn: conversations.Turn
    attached: Attached
    allowed: quota.Allowed
    preferences: Preferences
    agreed: frozenset[str] | None
    now: datetime

    @property
    def model_id(self) -> str | None:
        """The model that was asked for in so many words."""
        return None if isinstance(self.request, Continue) else self.request.model_id

    @property
    def persona(self) -> Persona:
        """Who answers: the person's persona, unless the task is one that it would spoil."""
        plain = not prompting.takes_persona(self.turn.history[-1].asked.task)
        return chosen(None if plain else self.preferences.persona_id)

    @property
    def paints(self) -> bool:
        """Whether a picture is wanted."""
        return is_painting(self.turn)


class Ordering:
    """Writes a request's messages and makes its order."""

    def __init__(
        self,
        vault: Vault,
        models: Models,
        people: People,
        painters: Painters | None,
        consents: Consents | None = None,
    ) -> None:
        self._consents = consents
        self._vault = vault
        self._models = models
        self._people = people
        self._painters = painters

    async def order(
        self,
        db: AsyncConnection,
        user_id: int,
        language: str,
        request: Request,
        run_id: UUID,
        now: datetime,
    ) -> tuple[Order, quota.Allowed]:
        """The order, and what the person may use.

        Raises:
            TanyaError: as conversations, plans, files and models refuse.
        """
        allowed = await quota.allowed_models(db, user_id, now)
        preferences = await self._people.preferences(db, user_id)
        if isinstance(request, SendMessage):
            _check_task(request)
        turn = await self._turn(db, user_id, request, run_id, now)
        attached = await join_files(db, self._vault, user_id, request, turn, allowed.limits, now)
        if is_painting(turn):
            turn = msgspec.structs.replace(turn, history=turn.history[-1:])
        agreed = await self._consents.agreed(db, user_id) if self._consents else None
        asked = Asked(request, turn, attached, allowed, preferences, agreed, now)
        made = self._to_paint(asked) if asked.paints else self._to_write(asked)
        run = Run(
            id=run_id,
            user_id=user_id,
            conversation_id=turn.conversation_id,
            message_id=turn.answer.id,
        )
        return _order(asked, run, language, *made), allowed

    def _to_write(
        self, asked: Asked
    ) -> tuple[tuple[Model, ...], ChatRequest, Context, tuple[str, ...]]:
        """Who answers, what they are sent, what of the conversation that is, by which prompts."""
        search = _search(asked)
        choices = choose(
            self._models,
            asked.allowed.model_classes,
            wanted=asked.model_id,
            preferred=asked.preferences.model_id,
            needs=needs_of(asked.turn.history, asked.attached) | ({"search"} if search else set()),
            agreed=asked.agreed,
        )
        system = prompting.system(
            choices[0],
            asked.now.date(),
            instructions=asked.preferences.custom_instructions,
            persona=asked.persona,
        )
        context = fit(
            asked.turn.history,
            choices[0],
            system.text,
            plan_tokens=asked.allowed.limits.context_tokens,
            partial=asked.turn.answer if isinstance(asked.request, Continue) else None,
            attached=asked.attached,
        )
        choices = (choices[0], *(m for m in choices[1:] if holds(m, context)))
        sent = _sent(choices[0], system.text, context, search)
        return choices, sent, context, (system.version, *context.prompts)

    def _to_paint(
        self, asked: Asked
    ) -> tuple[tuple[Model, ...], ChatRequest, Context, tuple[str, ...]]:
        """As `_to_write`: a painter is sent the one description, and nothing of ours."""
        choices = self._painter(asked.allowed, asked.model_id)
        check_consent(choices[0], asked.agreed)
        context = fit(
            asked.turn.history,
            choices[0],
            "",
            plan_tokens=asked.allowed.limits.context_tokens,
            partial=asked.turn.answer if isinstance(asked.request, Continue) else None,
            attached=NO_FILES,
        )
        return choices, _sent(choices[0], "", context, None), context, ()

    def _painter(self, allowed: quota.Allowed, wanted: str | None) -> tuple[Model, ...]:
        """Who makes the picture.

        Raises:
            ImagesNotAvailable: nobody here.
            ImagesNotInPlan: not for this person.
        """
        if self._painters is None or not self._painters.painters:
            raise ImagesNotAvailable
        if not allowed.limits.images:
            raise ImagesNotInPlan(plan=allowed.plan_id)
        return choose_painter(self._painters.painters, allowed.model_classes, wanted)

    async def _turn(
        self, db: AsyncConnection, user_id: int, request: Request, run_id: UUID, now: datetime
    ) -> conversations.Turn:
        vault = self._vault
        match request:
            case SendMessage():
                return await conversations.start_turn(
                    db,
                    vault,
                    user_id,
                    conversation_id=request.conversation_id,
                    message_id=request.id,
                    parent_id=request.parent_id,
                    text=request.text,
                    answer_id=uuid7(now),
                    run_id=run_id,
                    now=now,
                    create=request.create,
                    wordless=bool(request.files),
                    asked=request.asked,
                )
            case Regenerate():
                return await conversations.regenerate(
                    db,
                    vault,
                    user_id,
                    message_id=request.message_id,
                    answer_id=uuid7(now),
                    run_id=run_id,
                    now=now,
                )
            case Continue():
                return await conversations.continue_answer(
                    db, vault, user_id, message_id=request.message_id, run_id=run_id, now=now
                )


def _sent(model: Model, system: str, context: Context, search: Search | None) -> ChatRequest:
    return ChatRequest(
        model=model,
        system=system,
        turns=context.turns,
        max_output_tokens=context.answer_tokens,
        search=search,
    )


def _order(
    asked: Asked,
    run: Run,
    language: str,
    choices: tuple[Model, ...],
    sent: ChatRequest,
    context: Context,
    prompts: tuple[str, ...],
) -> Order:
    request, turn, limits = asked.request, asked.turn, asked.allowed.limits
    question = turn.history[-1] if isinstance(request, SendMessage) else None
    files = asked.attached.get(request.id, ())
    # A model that searches looks at links itself.
    by_itself = asked.paints or sent.search is not None
    links = () if by_itself else links_of(request, turn, asked.attached)
    # Pages are cut so that all fits into what the plan allows.
    room = min(limits.context_tokens, sent.model.context_tokens) if links else 0
    return Order(
        run=run,
        kind=kind_of(request),
        language=language,
        choices=choices,
        request=sent,
        input_tokens=max(context.used_tokens, room),
        prompts=prompts,
        message_ids=context.message_ids,
        start=start_payload(run.id, run.conversation_id, question, turn.answer, files),
        base=turn.answer.text,
        base_citations=turn.answer.citations,
        cut_at=context.cut_at,
        wants_title=question is not None and len(turn.history) == 1 and not asked.paints,
        priority=limits.priority,
        daily_limit=limits.messages_a_day,
        paints=asked.paints,
        supplies=supplies_of(turn, asked.attached, context, links, limits),
    )


def _check_task(request: SendMessage) -> None:
    """Refuse a task that there is not, or options that are not its own.

    Raises:
        TaskUnknown.
    """
    if request.task is None or request.task == PAINT:
        if request.options:
            raise TaskUnknown(task=request.task or "", option=min(request.options))
        return
    prompting.task(request.task, request.text, **request.options)


def _search(asked: Asked) -> Search | None:
    """The search that the question asks for; going on with an answer needs none.

    Raises:
        SearchNotInPlan: not for this person.
    """
    if isinstance(asked.request, Continue) or not asked.turn.history[-1].asked.search:
        return None
    if not asked.allowed.limits.searches:
        raise SearchNotInPlan(plan=asked.allowed.plan_id)
    return Search(web=True, x=True, required=True)


def kind_of(request: Request) -> Kind:
    """Which of the three it is."""
    match request:
        case SendMessage():
            return "send"
        case Regenerate():
            return "regenerate"
        case Continue():
            return "continue"
