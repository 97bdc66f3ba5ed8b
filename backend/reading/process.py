"""The server's side of reading: start the process, pass content in, wait with a timeout.

One process a job, so that one person's file cannot affect another's.
"""

import asyncio
import sys
from typing import Final

import msgspec
import structlog

from backend.errors import ServerBusy
from backend.reading.schemas import Found, ReadingJob, Unread
from backend.shared_places import NoPlace, SharedPlaces

log = structlog.get_logger("tanya.reading")

SECONDS: Final = 30.0
"""A job that is not done by then is killed."""
WAIT_SECONDS: Final = 30.0
"""How long a job waits for its turn before it is refused."""
AT_ONCE: Final = 2
"""Processes at once; one person has all but one of them."""
MAX_ANSWER: Final = 48 * 1024 * 1024
CHUNK: Final = 256 * 1024

_decode = msgspec.json.Decoder(Found | Unread).decode


class ReadingProcess:
    """Reads untrusted files, a few at once, shared fairly between the people who wait."""

    def __init__(self, at_once: int = AT_ONCE, seconds: float = SECONDS) -> None:
        self._turns = SharedPlaces(at_once, max(1, at_once - 1))
        self._seconds = seconds

    async def read(
        self, user_id: int, data: bytes, job: ReadingJob | None = None
    ) -> tuple[Found | Unread, bytes]:
        """What the content is, and content to keep instead of it if `replaced`.

        Raises:
            ServerBusy: too many are waiting to be read, or this machine cannot lock the process.
        """
        try:
            async with self._turns.place(user_id, WAIT_SECONDS):
                found, content = await self._run(data, job or ReadingJob())
        except NoPlace:
            raise ServerBusy(retry_after=WAIT_SECONDS) from None
        if isinstance(found, Unread) and found.trouble == "unlocked":
            log.error("reading_unlocked", mend="see `tanya doctor`: the kernel refused the filter")
            raise ServerBusy(retry_after=WAIT_SECONDS)
        return found, content

    async def _run(self, data: bytes, job: ReadingJob) -> tuple[Found | Unread, bytes]:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-B", "-m", "backend.reading", msgspec.json.encode(job)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={},  # without secrets
            cwd="/" if sys.platform != "win32" else None,
        )
        try:
            async with asyncio.timeout(self._seconds):
                _, answer = await asyncio.gather(_feed(process, data), _drain(process))
                await process.wait()
        except (TimeoutError, _TooMuch):
            answer = b""
        finally:
            await _end(process)
        if len(answer) < 4:
            log.info("reading_died", code=process.returncode, bytes=len(data))
            return Unread("complex"), b""
        return _opened(answer)


async def held_lock() -> str:
    """Which lock holds a reading process here: "seccomp", "audit", or "" for none."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-B", "-m", "backend.reading.lockdown"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={},
    )
    told, _ = await process.communicate()
    return told.decode("ascii", "replace").strip() if process.returncode == 0 else ""


class _TooMuch(Exception):
    """The output is larger than a well-behaved reader's."""


async def _feed(process: asyncio.subprocess.Process, data: bytes) -> None:
    assert process.stdin is not None
    try:
        for first in range(0, len(data), CHUNK):
            process.stdin.write(data[first : first + CHUNK])
            await process.stdin.drain()
        process.stdin.close()
        await process.stdin.wait_closed()
    except (BrokenPipeError, ConnectionResetError):
        pass  # it died, or closed its input early; its output tells


async def _drain(process: asyncio.subprocess.Process) -> bytes:
    assert process.stdout is not None
    answer = bytearray()
    while chunk := await process.stdout.read(CHUNK):
        answer += chunk
        if len(answer) > MAX_ANSWER:
            raise _TooMuch
    return bytes(answer)


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.kill()
        await process.wait()


def _opened(answer: bytes) -> tuple[Found | Unread, bytes]:
    """The output is validated too, since a compromised process may write anything."""
    size = int.from_bytes(answer[:4])
    try:
        return _decode(answer[4 : 4 + size]), answer[4 + size :]
    except (msgspec.DecodeError, UnicodeDecodeError):
        log.warning("reading_garbled", bytes=len(answer))
        return Unread("complex"), b""
