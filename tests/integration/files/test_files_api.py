"""/api/files over a real port: what is accepted, what is refused, and who can download it.

Exercises backend/web/api/files.py, backend/files/schemas.py.
"""

import io
import time
from typing import Any

import aiohttp
import pytest
import sqlalchemy as sa
from PIL import Image

from backend.files.tables import files
from backend.identity.limits import UPLOAD
from tests.fixtures.app import EVE, Client, Running
from tests.fixtures.documents import SECRET_MAKER, archive, docx, pdf, picture


async def upload(
    client: Client, data: bytes, name: str = "file", media_type: str = "application/octet-stream"
) -> tuple[int, Any]:
    """Upload a file."""
    form = aiohttp.FormData()
    form.add_field("file", data, filename=name, content_type=media_type)
    async with client.request("POST", "/api/files", data=form) as response:
        return response.status, await response.json()


async def test_a_photo_comes_back_without_its_metadata(app: Running) -> None:
    """The photo is re-encoded and turned upright, shown inline, and its metadata is stored
    nowhere."""
    ann = await app.sign_in()
    status, card = await upload(ann, picture(), "IMG_1.jpg", "image/jpeg")
    assert status == 201, card
    assert card["kind"] == "image"
    assert (card["width"], card["height"]) == (48, 64)
    assert card["name"] == "IMG_1.jpg"
    async with ann.request("GET", f"/api/files/{card['id']}") as response:
        content = await response.read()
        headers = response.headers
    assert SECRET_MAKER.encode() not in content
    with Image.open(io.BytesIO(content)) as image:
        assert image.format == "JPEG"
    assert headers["Content-Type"] == "image/jpeg"
    assert headers["Content-Disposition"].startswith("inline")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in headers["Content-Security-Policy"]
    assert "no-store" in headers["Cache-Control"]
    async with app.container.database.snapshot() as db:
        row = (await db.execute(sa.select(files))).one()
    stored = b"".join(value for value in row if isinstance(value, bytes))
    assert b"IMG_1" not in stored
    assert content[:64] not in stored


@pytest.mark.parametrize(
    ("data", "name", "kind", "served"),
    [
        (pdf("Hello"), "paper.pdf", "pdf", "application/pdf"),
        (docx("Hello"), "letter.docx", "document", None),
        ("print('привет')".encode(), "main.py", "text", "text/plain; charset=utf-8"),
        (b"<script>alert(1)</script>", "x.html", "text", "text/plain; charset=utf-8"),
        (b"<svg onload=alert(1)>", "x.svg", "text", "text/plain; charset=utf-8"),
    ],
)
async def test_other_files(
    app: Running, data: bytes, name: str, kind: str, served: str | None
) -> None:
    """The kind follows from the content; nothing is served in a form that a browser would run."""
    ann = await app.sign_in()
    status, card = await upload(ann, data, name)
    assert (status, card["kind"]) == (201, kind)
    async with ann.request("GET", f"/api/files/{card['id']}") as response:
        assert await response.read() == data
        if served is not None:
            assert response.headers["Content-Type"] == served
        assert response.headers["Content-Disposition"].startswith("attachment")
        assert name in response.headers["Content-Disposition"]


@pytest.mark.parametrize(
    ("data", "name", "media_type", "status", "code"),
    [
        (b"", "empty.txt", "", 422, "file_empty"),
        (b"\x7fELF" + b"\0" * 99, "photo.jpg", "image/jpeg", 415, "file_unsupported"),
        (archive({"a": "b"}), "letter.docx", "", 415, "file_unsupported"),
        (pdf("Hello"), "photo.jpg", "image/jpeg", 415, "file_mismatch"),
        (b"just words", "paper.pdf", "application/pdf", 415, "file_mismatch"),
        (picture()[:99], "photo.jpg", "", 422, "file_damaged"),
        (pdf("Hello", password="secret"), "paper.pdf", "", 422, "file_encrypted"),
        (pdf("Hello") + archive({"a": "b"}), "paper.pdf", "", 422, "file_polyglot"),
        (b"OggS\0\x02" + b"\0" * 20 + b"\x01\x13OpusHead" + b"\0" * 99, "v.ogg", "", 503,
         "voice_not_available"),
        (b"a" * 5_000_001, "long.txt", "", 413, "file_too_large"),
    ],
)  # fmt: skip
async def test_each_refusal_has_its_own_code(
    app: Running, data: bytes, name: str, media_type: str, status: int, code: str
) -> None:
    """A code for programs, a title and a sentence for people; nothing is stored."""
    ann = await app.sign_in(language="ru")
    got, problem = await upload(ann, data, name, media_type or "application/octet-stream")
    assert (got, problem["code"]) == (status, code)
    assert any("а" <= letter <= "я" for letter in problem["title"] + problem["detail"])
    async with app.container.database.snapshot() as db:
        assert (await db.execute(sa.select(sa.func.count()).select_from(files))).scalar_one() == 0


async def test_files_belong_to_their_owner(app: Running) -> None:
    """Another person's file is not found, like one that does not exist."""
    ann, eve = await app.sign_in(), await app.sign_in(EVE)
    _, card = await upload(ann, b"mine", "a.txt")
    path = f"/api/files/{card['id']}"
    assert (await eve.call("GET", path))[0] == 404
    assert (await eve.call("DELETE", path))[0] == 404
    assert (await app.stranger.call("GET", path))[0] == 401
    status, problem = await eve.call(
        "POST",
        "/api/conversations/01936b2e-5f4c-7000-8000-000000000001/messages",
        {
            "id": "01936b2e-5f4c-7000-8000-000000000002",
            "text": "x",
            "create": True,
            "files": [card["id"]],
        },
    )
    assert (status, problem["code"]) == (404, "file_not_found")
    assert (await ann.call("GET", path))[0] == 200
    assert (await ann.call("DELETE", path))[0] == 204
    assert (await ann.call("GET", path))[0] == 404


@pytest.mark.parametrize(
    ("headers", "body", "status", "code"),
    [
        ({"Content-Type": "application/json"}, b"{}", 415, "unsupported_media_type"),
        ({"Content-Type": "multipart/form-data"}, b"x", 415, "unsupported_media_type"),
        ({"Content-Type": "multipart/form-data; boundary=b"}, b"x", 400, "malformed_body"),
        (
            {"Content-Type": "multipart/form-data; boundary=b"},
            b'--b\r\nContent-Disposition: form-data; name="other"\r\n\r\nx\r\n--b--\r\n',
            400,
            "invalid_field",
        ),
        (
            {"Content-Type": "multipart/form-data; boundary=b"},
            b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nhalf',
            400,
            "malformed_body",
        ),
    ],
)
async def test_broken_forms(
    app: Running, headers: dict[str, str], body: bytes, status: int, code: str
) -> None:
    """What is no form, or a broken one, is named."""
    ann = await app.sign_in()
    async with ann.request("POST", "/api/files", data=body, headers=headers) as response:
        problem = await response.json()
    assert (response.status, problem["code"]) == (status, code)


async def test_an_upload_without_end_is_cut_off(app: Running) -> None:
    """Its size is counted while it arrives, whatever length was declared."""
    ann = await app.sign_in()
    sent = 0

    async def endless() -> Any:
        nonlocal sent
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
        for _ in range(400):
            sent += 65_536
            yield b"a" * 65_536

    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    try:
        async with ann.request("POST", "/api/files", data=endless(), headers=headers) as response:
            assert response.status == 413
    except aiohttp.ClientError:
        pass  # the connection may be closed before the response is read
    assert sent < 20_000_000


async def test_uploads_are_limited(app: Running) -> None:
    """A dozen in a burst, then one every few seconds."""
    ann = await app.sign_in()
    started, taken = time.monotonic(), 0
    while (status := (await upload(ann, b"a", "a.txt"))[0]) == 201:
        taken += 1
    assert status == 429
    assert UPLOAD.burst <= taken <= UPLOAD.burst + (time.monotonic() - started) / UPLOAD.every
