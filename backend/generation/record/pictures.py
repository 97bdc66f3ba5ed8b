"""Pictures from models: re-encoded, stored as the person's files, attached to the answer."""

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.errors import TanyaError
from backend.files import Made
from backend.generation.ports import PictureKeeper
from backend.generation.run.running import ActiveRun
from backend.generation.stream.events import AttachmentEvent, NoticeEvent, event_payload

log = structlog.get_logger("tanya.generation")


class Pictures:
    """Stores pictures from models."""

    def __init__(self, keeper: PictureKeeper) -> None:
        self._keeper = keeper

    async def prepare(self, running: ActiveRun) -> list[Made]:
        """Decode the answer's pictures in the sandboxed process. Readers are notified once they are
        stored."""
        made: list[Made] = []
        relay = running.relay
        for image in relay.images:
            try:
                picture = await self._keeper.clean(image)
            except TanyaError as error:
                log.warning("picture_not_kept", code=error.code)
                relay.buffer_event(event_payload(NoticeEvent("image_not_shown")))
                continue
            made.append(picture)
            relay.buffer_event(
                event_payload(AttachmentEvent(running.order.run.message_id, picture.card))
            )
        return made

    async def store(self, db: AsyncConnection, running: ActiveRun) -> None:
        """Store them in the transaction that ends the run."""
        run = running.order.run
        message = (run.conversation_id, run.message_id)
        await self._keeper.store_made(db, run.user_id, message, running.made)
