"""Builds a run's order, model and request, from what a person sent."""

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from backend import conversations
from backend.db import Vault, is_temporary, read_together
from backend.errors import (
    ConversationStaysHere,
    ImagesNotAvailable,
    ImagesNotInPlan,
    SearchNotInPlan,
)
from backend.files import Attached
from backend.generation.ports import (
    Agreed,
    ConsentCheck,
    ImageModels,
    OfferedModels,
    Preferences,
    PreferencesSource,
)
from backend.generation.request.context_window import (
    ContextWindow,
    HistoryRoom,
    fit_context,
    model_holds,
)
from backend.generation.request.materials import (
    is_painting,
    join_files,
    links_of,
    materials_of,
    needs_of,
    pictures_of,
)
from backend.generation.request.model_choice import (
    ModelsHere,
    check_consent,
    choose_models,
    choose_painter,
    here_or_none,
    is_here,
)
from backend.generation.request.turn import (
    Request,
    check_task,
    check_temporary,
    request_kind,
    write_turn,
)
from backend.generation.schemas import Continue, Run, RunOrder, SendMessage
from backend.generation.stream.start_event import start_payload
from backend.llm import ChatRequest, Model, Search
from backend.llm.prompts import personas, prompting
from backend.metering import quota
from backend.safety import ModerationGuard


class PreparedRequest(msgspec.Struct, frozen=True):
    """A request whose messages are written. `agreed` are the providers that it may go to."""

    request: Request
    turn: conversations.Turn
    attached: Attached
    allowed: quota.Allowed
    preferences: Preferences
    agreed: Agreed
    now: datetime

    @property
    def model_id(self) -> str | None:
        """The explicitly requested model."""
        return None if isinstance(self.request, Continue) else self.request.model_id

    @property
    def persona(self) -> personas.Persona:
        """The person's persona, unless the task has none."""
        plain = not prompting.takes_persona(self.turn.history[-1].asked.task)
        return personas.chosen(None if plain else self.preferences.persona_id)

    @property
    def paints(self) -> bool:
        """Whether a picture is requested."""
        return is_painting(self.turn)


class OrderBuilder:
    """Writes a request's messages and makes its order."""

    def __init__(
        self,
        vault: Vault,
        models: OfferedModels,
        people: PreferencesSource,
        image_models: ImageModels,
        consents: ConsentCheck,
        guard: ModerationGuard,
    ) -> None:
        self._consents = consents
        self._guard = guard
        self._vault = vault
        self._models = models
        self._people = people
        self._image_models = image_models

    async def build_order(
        self,
        db: AsyncConnection,
        user_id: int,
        language: str,
        request: Request,
        run_id: UUID,
        now: datetime,
    ) -> tuple[RunOrder, quota.Allowed]:
        """The order, and the person's access.

        Raises:
            TanyaError: from conversations, plans, files and models.
        """
        await self._guard.check_age(db, user_id)
        allowed, preferences, agreed = await read_together(
            db,
            lambda db: quota.allowed_models(db, user_id, now),
            lambda db: self._people.preferences(db, user_id),
            lambda db: self._consents.agreed(db, user_id),
        )
        if isinstance(request, SendMessage):
            check_task(request)
        room = HistoryRoom(allowed.limits.context_tokens)
        turn = await write_turn(db, self._vault, user_id, request, run_id, now, room.takes)
        check_temporary(request, turn)
        attached = await join_files(db, self._vault, user_id, request, turn, allowed.limits, now)
        if is_painting(turn):
            turn = msgspec.structs.replace(turn, history=turn.history[-1:], whole=True)
        asked = PreparedRequest(request, turn, attached, allowed, preferences, agreed, now)
        made = self._to_paint(asked) if asked.paints else self._to_write(asked)
        self._guard.check_consent(agreed, server_only=turn.server_only)
        run = Run(
            id=run_id,
            user_id=user_id,
            conversation_id=turn.conversation_id,
            message_id=turn.answer.id,
        )
        return _order(asked, run, language, *made), allowed

    def _to_write(
        self, asked: PreparedRequest
    ) -> tuple[tuple[Model, ...], ChatRequest, ContextWindow, tuple[str, ...]]:
        """The models, the request, its context window and prompts of a text answer."""
        search = _search(asked)
        models, preferred = self._models, asked.preferences.model_id
        if asked.turn.server_only:
            models, preferred = ModelsHere(models), here_or_none(models, preferred)
        choices = choose_models(
            models,
            asked.allowed.model_classes,
            wanted=asked.model_id,
            preferred=preferred,
            needs=needs_of(asked.turn.history, asked.attached) | ({"search"} if search else set()),
            agreed=asked.agreed,
        )
        task = asked.turn.history[-1].asked.task
        system = prompting.system(
            choices[0],
            asked.now.date(),
            instructions=prompting.instructions_for(task, asked.preferences.custom_instructions),
            persona=asked.persona,
        )
        context = fit_context(
            asked.turn.history,
            choices[0],
            system.text,
            plan_tokens=asked.allowed.limits.context_tokens,
            whole=asked.turn.whole,
            partial=asked.turn.answer if isinstance(asked.request, Continue) else None,
            attached=asked.attached,
        )
        choices = (choices[0], *(m for m in choices[1:] if model_holds(m, context)))
        sent = _sent(choices[0], system.text, context, search)
        return choices, sent, context, (system.version, *context.prompts)

    def _to_paint(
        self, asked: PreparedRequest
    ) -> tuple[tuple[Model, ...], ChatRequest, ContextWindow, tuple[str, ...]]:
        """As `_to_write` for a picture: the description, and pictures to be edited, are sent."""
        choices = self._painter(asked.allowed, asked.model_id, server_only=asked.turn.server_only)
        check_consent(choices[0], asked.agreed)
        context = fit_context(
            asked.turn.history,
            choices[0],
            "",
            plan_tokens=asked.allowed.limits.context_tokens,
            whole=asked.turn.whole,
            partial=asked.turn.answer if isinstance(asked.request, Continue) else None,
            attached=pictures_of(asked.turn, asked.attached),
        )
        return choices, _sent(choices[0], "", context, None), context, ()

    def _painter(
        self, allowed: quota.Allowed, wanted: str | None, *, server_only: bool
    ) -> tuple[Model, ...]:
        """The image model.

        Raises:
            ConversationStaysHere: this server has none.
            ImagesNotAvailable: none is configured.
            ImagesNotInPlan: the person's plan has none.
        """
        if not self._image_models.painters:
            raise ImagesNotAvailable
        if not allowed.limits.images:
            raise ImagesNotInPlan(plan=allowed.plan_id)
        painters = self._image_models.painters
        if server_only and not (painters := [one for one in painters if is_here(one)]):
            raise ConversationStaysHere
        return choose_painter(painters, allowed.model_classes, wanted)


def _sent(model: Model, system: str, context: ContextWindow, search: Search | None) -> ChatRequest:
    return ChatRequest(
        model=model,
        system=system,
        turns=context.turns,
        max_output_tokens=context.answer_tokens,
        search=search,
    )


def _order(
    asked: PreparedRequest,
    run: Run,
    language: str,
    choices: tuple[Model, ...],
    sent: ChatRequest,
    context: ContextWindow,
    prompts: tuple[str, ...],
) -> RunOrder:
    request, turn, limits = asked.request, asked.turn, asked.allowed.limits
    question = turn.history[-1] if isinstance(request, SendMessage) else None
    files = asked.attached.get(request.id, ())
    links = () if _leaves_links(asked, sent) else links_of(request, turn, asked.attached)
    # Pages are shortened so that everything fits the plan's limit.
    room = min(limits.context_tokens, sent.model.context_tokens) if links else 0
    return RunOrder(
        run=run,
        kind=request_kind(request),
        language=language,
        choices=choices,
        request=sent,
        question_id=turn.history[-1].id,
        input_tokens=max(context.used_tokens, room),
        prompts=prompts,
        message_ids=context.message_ids,
        sources=context.sources,
        placeholders=context.placeholders,
        start=start_payload(run.id, run.conversation_id, question, turn.answer, files),
        base=turn.answer.text,
        base_citations=turn.answer.citations,
        cut_at=context.cut_at,
        wants_title=_wants_title(asked),
        server_only=asked.turn.server_only,
        priority=limits.priority,
        daily_limit=limits.messages_a_day,
        paints=asked.paints,
        scheduled=isinstance(request, SendMessage) and request.scheduled,
        lacking=materials_of(turn, asked.attached, context, links, limits),
    )


def _wants_title(asked: PreparedRequest) -> bool:
    """Whether to make a title: after the first answer, unless the conversation is temporary."""
    turn = asked.turn
    begins = isinstance(asked.request, SendMessage) and turn.history[-1].parent_id is None
    return begins and not asked.paints and not is_temporary(turn.conversation_id)


def _leaves_links(asked: PreparedRequest, sent: ChatRequest) -> bool:
    """Whether links are not fetched: a model that searches opens them itself, and for temporary or
    server-only conversations fetching would reveal the link or store the page."""
    stays = asked.turn.server_only or is_temporary(asked.turn.conversation_id)
    return stays or asked.paints or sent.search is not None


def _search(asked: PreparedRequest) -> Search | None:
    """Whether to search; continuing an answer does not.

    Raises:
        SearchNotInPlan: the person's plan has none.
    """
    if isinstance(asked.request, Continue) or not asked.turn.history[-1].asked.search:
        return None
    if not asked.allowed.limits.searches:
        raise SearchNotInPlan(plan=asked.allowed.plan_id)
    return Search(web=True, x=True, required=True)
