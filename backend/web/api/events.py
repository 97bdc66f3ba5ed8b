"""/api/events: changes in a person's conversations, sent at once."""

from litestar import get
from litestar.openapi.datastructures import ResponseSpec
from litestar.response import Stream

from backend.identity import Principal
from backend.runlog import PersonEvents
from backend.web.api.wire import Shown
from backend.web.event_stream import EVENT_STREAM, EventStream
from backend.web.parts import Part
from backend.web.person_streams import PersonStreams

TAGS = ["Conversations"]


class SentEvent(Shown, frozen=True):
    """One event: `data` is a JSON object with its `type`. Events have no number."""

    data: str


@get(
    "/events",
    tags=TAGS,
    summary="Hear what changes",
    responses={
        200: ResponseSpec(
            data_container=SentEvent,
            media_type=EVENT_STREAM,
            description="Server-sent events. `ready`: from now on all is told. `conversation`, "
            "with its `conversationId`: made or changed. `removed`: deleted. `run`, with `runId`, "
            "`messageId` and `state`: an answer is being written, or has ended. They hold no "
            "words: read what changed. `ready` again says that something was missed.",
            generate_examples=False,
        )
    },
)
async def follow_events(
    principal: Part[Principal],
    person_events: Part[PersonEvents],
    event_streams: Part[PersonStreams],
) -> Stream:
    """Events about the list and the open conversation, for every device. The stream ends only with
    the server."""
    return EventStream(person_events.follow(principal.user_id), event_streams, principal.user_id)


handlers = [follow_events]
