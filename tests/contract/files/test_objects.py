"""One contract for both places of sealed contents: a folder, and a real server of S3's protocol.

Exercises backend/db/objects.py, backend/db/s3_objects.py.
"""

import asyncio
import os
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from backend.db import ObjectStore, open_objects
from backend.errors import FilesUnreachable, SettingsInvalid
from tests.fixtures.s3 import S3Server, s3_server

__all__ = ["s3_server"]

LARGE = 21_000_000
"""More than one part of an upload in parts."""


@pytest.fixture(params=["folder", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[ObjectStore, Path]:
    """A store, and the folder in which it really keeps its objects."""
    if request.param == "folder":
        return open_objects(f"file://{tmp_path}/the%20objects"), tmp_path / "the objects"
    server: S3Server = request.getfixturevalue("s3_server")
    return open_objects(server.url), server.bucket


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("size", [1, 1_000, LARGE])
async def test_what_is_put_comes_back(place: tuple[ObjectStore, Path], size: int) -> None:
    """Byte for byte, under its id alone."""
    store, folder = place
    object_id, content = uuid4(), os.urandom(size)
    await store.put(object_id, content)
    assert await store.get(object_id) == content
    assert await store.get(uuid4()) is None
    assert [path.name for path in _files(folder)] == [object_id.hex]


async def test_what_is_deleted_is_gone(place: tuple[ObjectStore, Path]) -> None:
    """Also when it is deleted twice, or was never there."""
    store, folder = place
    object_id = uuid4()
    await store.put(object_id, b"sealed")
    for _ in range(2):
        await store.delete(object_id)
    assert await store.get(object_id) is None
    assert _files(folder) == []


async def test_many_at_once_do_not_mix(place: tuple[ObjectStore, Path]) -> None:
    """Each keeps its own bytes."""
    store, _ = place
    contents = {uuid4(): os.urandom(5_000) for _ in range(20)}
    await asyncio.gather(*(store.put(one, content) for one, content in contents.items()))
    found = await asyncio.gather(*(store.get(one) for one in contents))
    assert found == list(contents.values())


async def test_a_place_that_is_away_is_said(
    place: tuple[ObjectStore, Path], request: pytest.FixtureRequest
) -> None:
    """Everything fails with one error, and nothing is left half-written."""
    store, folder = place
    object_id = uuid4()
    await store.put(object_id, b"sealed")
    if "s3" in request.node.name:
        request.getfixturevalue("s3_server").kill()
    else:
        folder.rename(folder.with_name("moved"))
        folder.write_bytes(b"in the way")
    works: list[Any] = [store.put(uuid4(), b"x"), store.get(object_id), store.delete(object_id)]
    for work in works:
        with pytest.raises(FilesUnreachable):
            await work


async def test_a_wrong_secret_is_refused(
    s3_server: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server checks the signature, and its refusal is an error, not a file that is missing."""
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "another")
    store = open_objects(s3_server.url)
    for work in (store.put(uuid4(), b"x"), store.get(uuid4())):
        with pytest.raises(FilesUnreachable):
            await work
    assert s3_server.objects() == []


def test_a_folder_is_its_owners_alone(tmp_path: Path) -> None:
    """Nobody else on the machine may list or read it."""
    asyncio.run(open_objects(f"file://{tmp_path}/mine").put(uuid4(), b"sealed"))
    assert (tmp_path / "mine").stat().st_mode & 0o077 == 0
    assert _files(tmp_path / "mine")[0].stat().st_mode & 0o077 == 0


def test_variables_that_cannot_be_used_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a setting that is wrong, without their values."""
    monkeypatch.setenv("AWS_VIRTUAL_HOSTED_STYLE_REQUEST", "s3cr3t-not-a-bool")
    with pytest.raises(SettingsInvalid) as caught:
        open_objects("s3://bucket")
    assert "s3cr3t" not in str(caught.value.details)
