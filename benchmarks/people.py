"""People who use the server: each signs in with init data of their own, and asks once."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec
import uvloop

from backend.identity.init_data import TelegramUser, sign
from backend.uuid7 import uuid7
from benchmarks.server import BOT_TOKEN

PROVIDER = "bench"
FIRST_ID = 700_000_000
AN_ADDRESS = 50
"""So many people share an address: fewer than the rule for sign-ins lets through at once."""


def sign_in(port: int, count: int, first: int = 0) -> list[str]:
    """Tokens of `count` people, in order."""
    return uvloop.run(_sign_in(port, range(FIRST_ID + first, FIRST_ID + first + count)))


async def _sign_in(port: int, ids: Sequence[int]) -> list[str]:
    tokens: list[str] = []
    for start in range(0, len(ids), AN_ADDRESS):
        address = (
            f"127.1.{ids[start] // AN_ADDRESS % 65536 // 256}.{ids[start] // AN_ADDRESS % 256}"
        )
        reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(address, 0))
        tokens += [await _one(reader, writer, n) for n in ids[start : start + AN_ADDRESS]]
        writer.close()
    return tokens


async def _one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, person: int) -> str:
    """Sign one person in, and have them agree that their words go to the provider."""
    now = datetime.now(UTC)
    user = TelegramUser(id=person, first_name="Ann", language_code="en")
    fields = {
        "user": msgspec.json.encode(user).decode(),
        "auth_date": str(int(now.timestamp())),
    }
    launch = sign(fields, BOT_TOKEN)
    signed = await said(reader, writer, post("/api/session", {"initData": launch}))
    token = str(msgspec.json.decode(signed)["token"])
    await said(reader, writer, request("PUT", f"/api/consents/{PROVIDER}", b"", token))
    return token


async def said(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> bytes:
    """The body of the answer to one request.

    Raises:
        RuntimeError: it is not a 200.
    """
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
    body = await reader.readexactly(length)
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(f"refused: {body[:300]!r}")
    return body


def request(method: str, path: str, content: bytes, token: str = "") -> bytes:
    """One request as bytes."""
    bearer = f"Authorization: Bearer {token}\r\n" if token else ""
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"{bearer}Content-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content


def post(path: str, body: object, token: str = "") -> bytes:
    """A request with a body in JSON."""
    return request("POST", path, msgspec.json.encode(body), token)


def question(token: str, tokens: int, rate: int) -> bytes:
    """A person's first message in a new conversation."""
    body = {"id": str(uuid7()), "text": f"bench:{tokens}:{rate}", "create": True}
    return post(f"/api/conversations/{uuid7()}/messages", body, token)


def questions(port: int, count: int, tokens: int, rate: int, first: int = 0) -> list[bytes]:
    """Sign `count` people in and have each ask one question."""
    return [question(token, tokens, rate) for token in sign_in(port, count, first)]


def direct(tokens: int, rate: int) -> bytes:
    """The same question asked of the provider (or of nginx before it), as the server asks it."""
    messages = [
        {"role": "system", "content": "You are Tanya." + " Be kind." * 40},
        {"role": "user", "content": f"bench:{tokens}:{rate}"},
    ]
    body = {"model": "bench", "messages": messages, "stream": True}
    return post("/v1/chat/completions", body, "a-key")


END_OF_RUN = b'"type":"end","state":"complete"'
END_OF_ANSWER = b"data: [DONE]"
