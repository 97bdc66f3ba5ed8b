"""Replays a run whose log is gone from the database, with the same numbered events.

The stored shape has the order of events and the message has the text, so that a reader who returns
after days gets exactly what it missed. One that saw more than was stored (the server was killed
between two checkpoints) gets a new `start` with the stored text.
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa
from msgspec.structs import replace

from backend import conversations
from backend import files as files_room
from backend.conversations import Message
from backend.db import Cipher, Database, Vault
from backend.errors import RunNotFound
from backend.files import File
from backend.generation.record.end_event import end_event
from backend.generation.run.relay import Shape
from backend.generation.stream.events import event_payload, reasoning_payload, text_payload
from backend.generation.stream.start_event import start_payload
from backend.generation.tables import runs
from backend.llm import Usage
from backend.runlog import CHUNK_FRAMES, sse

_encode = msgspec.json.Encoder().encode
_decode: "msgspec.json.Decoder[Shape]" = msgspec.json.Decoder(list[int | str])


def seal_shape(cipher: Cipher, run_id: UUID, shape: Shape) -> bytes:
    """Encrypt a shape, since it contains the tools' queries."""
    return cipher.seal(_encode(shape).decode(), f"shape:{run_id.hex}")


def open_shape(cipher: Cipher, run_id: UUID, sealed: bytes | None) -> Shape:
    """What `seal_shape` sealed."""
    return [] if sealed is None else _decode.decode(cipher.open(sealed, f"shape:{run_id.hex}"))


def replay_frames(*, start: bytes, text: str, shape: Shape, end: bytes, after: int) -> list[bytes]:
    """The frames after number `after`.

    `start` and `end` are the first and the last event's JSON; `text` is what this run wrote,
    and `shape` must describe all of it.
    """
    payloads = [start, *_payloads(text, shape), end]
    if after >= len(payloads):
        # The reader saw more than was stored, or the end: start again after that.
        payloads = [start, text_payload(text), end]
        return [sse.frame(after + n, json) for n, json in enumerate(payloads, 1)]
    return [sse.frame(n, json) for n, json in enumerate(payloads, 1) if n > after]


def _payloads(text: str, shape: Shape) -> Iterator[bytes]:
    place = 0
    for entry in shape:
        if isinstance(entry, int):
            yield text_payload(text[place : place + entry])
            place += entry
        else:
            yield entry.encode() if entry else reasoning_payload("")
    if place < len(text):
        # If the shape covers only part of the text, as after an interrupted write, the rest
        # follows.
        yield text_payload(text[place:])


_RUN = sa.select(runs).where(
    runs.c.user_id == sa.bindparam("user"), runs.c.id == sa.bindparam("run")
)


class RunReplayer:
    """Replays ended runs from the database."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    async def follow(self, user_id: int, run_id: UUID, after: int) -> AsyncIterator[bytes]:
        """The run's frames after number `after`, in pieces.

        Raises:
            RunNotFound: the person has no such run, or its messages are gone.
        """
        async with self._database.snapshot() as db:
            row = (await db.execute(_RUN, {"user": user_id, "run": run_id})).one_or_none()
            if row is None:
                raise RunNotFound
            answer = await conversations.get_message(db, self._vault, user_id, row.message_id)
            question = None
            files: tuple[File, ...] = ()
            if row.user_message_id is not None:
                question = await conversations.get_message(
                    db, self._vault, user_id, row.user_message_id
                )
                files = await files_room.of_message(db, self._vault, user_id, row.user_message_id)
            cipher = await self._vault.cipher(db, user_id, row.conversation_id)
        frames = replay_frames(
            start=_start(row, question, answer, files),
            text=answer.text[row.base_length : row.length],
            shape=open_shape(cipher, run_id, row.shape),
            end=_end(row),
            after=after,
        )
        return _pieces(frames)


def _start(row: Any, question: Message | None, answer: Message, files: Sequence[File]) -> bytes:
    """The run's first event: the answer as it was then."""
    cited = tuple(c for c in answer.citations if c.end is not None and c.end <= row.base_length)
    before = replace(
        answer,
        text=answer.text[: row.base_length],
        state="running",
        run_id=row.id,
        model_id=None,
        error_code=None,
        citations=cited,
        thinking=None,
    )
    return start_payload(row.id, row.conversation_id, question, before, files)


def _end(row: Any) -> bytes:
    usage = None
    if row.output_tokens is not None:
        usage = Usage(
            input_tokens=row.input_tokens,
            cached_tokens=row.cached_tokens,
            output_tokens=row.output_tokens,
            reasoning_tokens=row.reasoning_tokens,
            cost_micro_dollars=row.cost_micro_dollars,
        )
    return event_payload(end_event(row.state, row.language, row.error_code, usage))


async def _pieces(frames: list[bytes]) -> AsyncIterator[bytes]:
    for first in range(0, len(frames), CHUNK_FRAMES):
        yield b"".join(frames[first : first + CHUNK_FRAMES])
