"""/api/speech: what a person said, as text to be read and changed before it is asked."""

from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Request, post
from litestar.params import QueryParameter

from backend.conversations import is_server_only
from backend.db import Database
from backend.errors import ConversationStaysHere
from backend.files import MEGABYTE, FileService, Upload
from backend.identity import UPLOAD, Limiter, Principal
from backend.web.api.files import UploadOperation
from backend.web.api.wire import Shown
from backend.web.auth import Clock
from backend.web.parts import Part
from backend.web.uploads import UploadPlaces, receive

MOST_MEGABYTES: Final = 4
"""Two minutes, which the app stops at, are 0.4 MB of Opus and 2 MB of AAC at its highest."""


class SpeechShown(Shown, frozen=True):
    """The transcript. The recording is not stored."""

    text: str


@post(
    "/speech",
    tags=["Files"],
    summary="Turn speech into text",
    status_code=200,
    request_max_body_size=None,
    operation_class=UploadOperation,
)
async def transcribe_speech(
    request: Request[Any, Any, Any],
    principal: Part[Principal],
    file_service: Part[FileService],
    database: Part[Database],
    uploads: Part[UploadPlaces],
    limiter: Part[Limiter],
    clock: Part[Clock],
    conversation_id: Annotated[
        UUID | None,
        QueryParameter(
            name="conversationId",
            description="The conversation that it is said in; one that stays on this server sends "
            "no recording away",
        ),
    ] = None,
    server_only: Annotated[
        bool,
        QueryParameter(
            name="serverOnly", description="A conversation that begins with it will stay here"
        ),
    ] = False,
) -> SpeechShown:
    """Transcribe a recording with the provider used for voice messages in the bot: it needs the
    person's consent, and leaves a receipt and its cost."""
    person = principal.user_id
    await limiter.count_request(UPLOAD, str(person), clock())
    if server_only or await _stays_here(database, person, conversation_id):
        raise ConversationStaysHere
    limits = await file_service.limits(person)
    most = min(limits.attachment_megabytes, MOST_MEGABYTES)
    async with uploads.place(person) as arrival:
        part = await receive(request, most * MEGABYTE, arrival)
    upload = Upload(data=part.data, media_type=part.media_type, language=principal.language)
    return SpeechShown(await file_service.listen(person, upload))


async def _stays_here(database: Database, user_id: int, conversation_id: UUID | None) -> bool:
    if conversation_id is None:
        return False
    async with database.snapshot() as db:
        return await is_server_only(db, user_id, conversation_id)


handlers: list[Any] = [transcribe_speech]
