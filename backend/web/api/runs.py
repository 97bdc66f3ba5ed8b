"""Asking questions and following answers: the response to a question is the answer's stream."""

from typing import Annotated, Any
from uuid import UUID

from litestar import get, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, HeaderParameter, JSONBody, QueryParameter
from litestar.response import Stream
from msgspec import Meta, field

from backend.conversations import MAX_TEXT
from backend.errors import InvalidField
from backend.generation import Continue, Generation, Regenerate, Run, SendMessage
from backend.identity import SEND, Limiter, Principal
from backend.llm.prompts import all_tasks
from backend.web.api.wire import Received, Shown
from backend.web.auth import Clock
from backend.web.event_stream import EVENT_STREAM, EventStream
from backend.web.parts import Part
from backend.web.person_streams import PersonStreams

TAGS = ["Answers"]


class ServerSentEvent(Shown, frozen=True):
    """One event of a stream. `id` is its number, `data` a JSON object with its `type`."""

    id: str
    data: str


STREAM_SPEC: dict[int, ResponseSpec] = {
    200: ResponseSpec(
        data_container=ServerSentEvent,
        media_type=EVENT_STREAM,
        description="Server-sent events, numbered from 1: start, queued, model, text, reasoning, "
        "text_was_reasoning, activity, citation, attachment, notice, end. A stream without `end` "
        "is to be followed again.",
        generate_examples=False,
    )
}

Key = Annotated[
    UUID,
    Meta(
        description="A UUIDv7 of the client's: the idempotency key. The same request again joins "
        "the same run.",
        examples=["01a20972-9d30-7d13-b09c-835c61e1c88e"],
    ),
]
TASK_NAMES = ", ".join((*(task.name for task in all_tasks()), "image"))
ModelId = Annotated[str, Meta(max_length=100, description="A model from GET /api/models")]


class MessageSent(Received, frozen=True):
    """A person's message. `id` becomes the message's id. `create` makes a new conversation: a
    temporary one if its id is a UUIDv8, encrypted with a key that is never stored."""

    id: Key
    # Documented here, checked by the room: too long a text has a code of its own.
    text: Annotated[
        str, Meta(examples=["What is a monsoon?"], extra_json_schema={"maxLength": MAX_TEXT})
    ]
    parent_id: UUID | None = None
    model_id: ModelId | None = None
    task: (
        Annotated[str, Meta(max_length=40, description="What the answer is for: " + TASK_NAMES)]
        | None
    ) = None
    options: Annotated[
        dict[str, Annotated[str, Meta(max_length=100)]],
        Meta(max_length=5, description="The task's own, such as a translation's `target`"),
    ] = field(default_factory=dict)
    search: Annotated[bool, Meta(description="Let the model search the web and X")] = False
    create: bool = False
    server_only: Annotated[
        bool, Meta(description="The new conversation goes to models of this server only")
    ] = False
    branch: Annotated[
        bool,
        Meta(
            description="The question is an edited one: it goes after `parentId` though the "
            "conversation has gone on. Else it goes to the conversation's end, whatever is said "
            "here; the first event tells where"
        ),
    ] = False
    files: Annotated[
        list[UUID],
        Meta(max_length=20, description="The person's files, from POST /api/files"),
    ] = field(default_factory=list)


class RegenerateWanted(Received, frozen=True):
    """Another answer to the same question, by another model if one is named."""

    id: Key
    model_id: ModelId | None = None


class ContinueWanted(Received, frozen=True):
    """Continue an answer that ended early."""

    id: Key


@post(
    "/conversations/{conversation_id:uuid}/messages",
    status_code=200,
    tags=TAGS,
    summary="Ask, and receive the answer as it is written",
    responses=STREAM_SPEC,
)
async def send_message(
    conversation_id: FromPath[UUID],
    data: JSONBody[MessageSent],
    principal: Part[Principal],
    generation: Part[Generation],
    limiter: Part[Limiter],
    streams: Part[PersonStreams],
    clock: Part[Clock],
) -> Stream:
    """The answer continues without readers; GET /api/runs/{id}/events resumes it."""
    await limiter.count_request(SEND, str(principal.user_id), clock())
    message = SendMessage(
        id=data.id,
        conversation_id=conversation_id,
        parent_id=data.parent_id,
        text=data.text,
        model_id=data.model_id,
        task=data.task,
        create=data.create,
        server_only=data.server_only,
        branch=data.branch,
        files=tuple(data.files),
        options=data.options,
        search=data.search,
    )
    return await _stream(generation, streams, await generation.send(*_who(principal), message))


@post(
    "/messages/{message_id:uuid}/regenerate",
    status_code=200,
    tags=TAGS,
    summary="Write another answer to the same question",
    responses=STREAM_SPEC,
)
async def regenerate(
    message_id: FromPath[UUID],
    data: JSONBody[RegenerateWanted],
    principal: Part[Principal],
    generation: Part[Generation],
    streams: Part[PersonStreams],
) -> Stream:
    """The old answer is kept: both are branches of the tree."""
    wanted = Regenerate(id=data.id, message_id=message_id, model_id=data.model_id)
    return await _stream(generation, streams, await generation.regenerate(*_who(principal), wanted))


@post(
    "/messages/{message_id:uuid}/continue",
    status_code=200,
    tags=TAGS,
    summary="Let an answer that ended early go on",
    responses=STREAM_SPEC,
)
async def continue_answer(
    message_id: FromPath[UUID],
    data: JSONBody[ContinueWanted],
    principal: Part[Principal],
    generation: Part[Generation],
    streams: Part[PersonStreams],
) -> Stream:
    """The text so far is kept and continued."""
    wanted = Continue(id=data.id, message_id=message_id)
    return await _stream(
        generation, streams, await generation.continue_answer(*_who(principal), wanted)
    )


@get("/runs/{run_id:uuid}/events", tags=TAGS, summary="Follow a run", responses=STREAM_SPEC)
async def follow_run(
    run_id: FromPath[UUID],
    principal: Part[Principal],
    generation: Part[Generation],
    streams: Part[PersonStreams],
    last_event_id: Annotated[
        str | None, HeaderParameter(name="Last-Event-ID", description="The last number received")
    ] = None,
    after: Annotated[int | None, QueryParameter(ge=0, description="The same, as a query")] = None,
) -> Stream:
    """Past events, then live ones, until the end."""
    events = await generation.follow(principal.user_id, run_id, position(last_event_id, after))
    return EventStream(events, streams, principal.user_id)


@post("/runs/{run_id:uuid}/stop", status_code=204, tags=TAGS, summary="Stop a run")
async def stop_run(
    run_id: FromPath[UUID], principal: Part[Principal], generation: Part[Generation]
) -> None:
    """Stop a run, keeping its text. Stopping an ended one changes nothing."""
    await generation.stop(principal.user_id, run_id)


def _who(principal: Principal) -> tuple[int, str]:
    return principal.user_id, principal.language


def position(last_event_id: str | None, after: int | None) -> int:
    """The number in a request to go on after; 0 for none. Raises InvalidField."""
    if last_event_id is None:
        return after or 0
    if not last_event_id.isascii() or not last_event_id.isdigit() or len(last_event_id) > 9:
        raise InvalidField(field="Last-Event-ID")
    return int(last_event_id)


async def _stream(generation: Generation, streams: PersonStreams, run: Run) -> Stream:
    events = await generation.follow(run.user_id, run.id, 0)
    return EventStream(events, streams, run.user_id)


handlers: list[Any] = [send_message, regenerate, continue_answer, follow_run, stop_run]
