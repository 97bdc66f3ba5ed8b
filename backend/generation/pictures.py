"""Pictures that a model made: written anew, kept as the person's files, joined to the answer."""

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.errors import TanyaError
from backend.generation.events import Attachment, Notice, payload
from backend.generation.running import Running
from backend.sources import Made, Sources

log = structlog.get_logger("tanya.generation")


class Pictures:
    """Keeps what models draw."""

    def __init__(self, keeper: Sources) -> None:
        self._keeper = keeper

    async def prepare(self, running: Running) -> list[Made]:
        """Open the answer's pictures safely. They are told to readers once they are stored."""
        made: list[Made] = []
        relay = running.relay
        for image in relay.images:
            try:
                picture = await self._keeper.clean(image)
            except TanyaError as error:
                log.warning("picture_not_kept", code=error.code)
                relay.hold(payload(Notice("image_not_shown")))
                continue
            made.append(picture)
            relay.hold(payload(Attachment(running.order.run.message_id, picture.card)))
        return made

    async def store(self, db: AsyncConnection, running: Running) -> None:
        """Keep them in the transaction that ends the run."""
        run = running.order.run
        message = (run.conversation_id, run.message_id)
        await self._keeper.store_made(db, run.user_id, message, running.made)
