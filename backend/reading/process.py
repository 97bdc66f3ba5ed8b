"""The house's side of reading: start the process, hand content in, wait no longer than agreed.

One process a job: what one person's file does to it, no other person's file meets.
"""

import asyncio
import sys
from typing import Final

import msgspec
import structlog

from backend.errors import ServerBusy
from backend.reading.schemas import Found, Job, Unread

log = structlog.get_logger("tanya.reading")

SECONDS: Final = 30.0
"""A job that is not done by then is killed."""
WAIT_SECONDS: Final = 30.0
"""How long a job waits for its turn before it is refused."""
AT_ONCE: Final = 2
MAX_ANSWER: Final = 48 * 1024 * 1024
CHUNK: Final = 256 * 1024

_decode = msgspec.json.Decoder(Found | Unread).decode


class Reader:
    """Reads what strangers made, a few at once."""

    def __init__(self, at_once: int = AT_ONCE, seconds: float = SECONDS) -> None:
        self._turns = asyncio.Semaphore(at_once)
        self._seconds = seconds

    async def read(self, data: bytes, job: Job | None = None) -> tuple[Found | Unread, bytes]:
        """What the content is, and content to keep instead of it if `replaced`.

        Raises:
            ServerBusy: too many are waiting to be read.
        """
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                await self._turns.acquire()
        except TimeoutError:
            raise ServerBusy(retry_after=WAIT_SECONDS) from None
        try:
            return await self._run(data, job or Job())
        finally:
            self._turns.release()

    async def _run(self, data: bytes, job: Job) -> tuple[Found | Unread, bytes]:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-B", "-m", "backend.reading", msgspec.json.encode(job)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={},  # it is told no secrets
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


class _TooMuch(Exception):
    """The answer is larger than any honest one."""


async def _feed(process: asyncio.subprocess.Process, data: bytes) -> None:
    assert process.stdin is not None
    try:
        for first in range(0, len(data), CHUNK):
            process.stdin.write(data[first : first + CHUNK])
            await process.stdin.drain()
        process.stdin.close()
        await process.stdin.wait_closed()
    except (BrokenPipeError, ConnectionResetError):
        pass  # it died, or had seen enough; its answer tells


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
    """Check the answer too: a process that was taken over may say anything."""
    size = int.from_bytes(answer[:4])
    try:
        return _decode(answer[4 : 4 + size]), answer[4 + size :]
    except (msgspec.DecodeError, UnicodeDecodeError):
        log.warning("reading_garbled", bytes=len(answer))
        return Unread("complex"), b""
