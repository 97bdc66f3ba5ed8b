"""Rules of the client: who imports whom, who speaks to Telegram, how long a file may be."""

import re

from tests.architecture.typescript import CLIENT, circle, file_graph, folder_graph, imports, sources

LONGEST = 300
LONGER = {
    "api/schema.ts": "generated from the server's OpenAPI document",
}
"""Files that may be longer, and why."""

LAYERS = {
    "i18n": set[str](),
    "bridge": set[str](),
    "workers": set[str](),
    "api": {"i18n"},
    "stream": {"api"},
    "markdown": {"i18n", "workers"},
    "state": {"api", "i18n", "stream"},
    "actions": {"api", "bridge", "i18n", "state", "stream"},
    "app": {"actions", "api", "bridge", "i18n", "markdown", "state", "stream"},
}
"""Each folder at the top, and those that it may import from. `main.tsx` joins them all."""

TELEGRAM = re.compile(
    r"window\s*(?:as [^)]*\))?\.\s*Telegram"
    r"|TelegramWebviewProxy|TelegramGameProxy|parent\.postMessage"
)
HOOK = re.compile(r"^(?:export )?(?:function|const) (use[A-Z]\w*)", re.MULTILINE)


def test_no_file_of_the_client_imports_itself_in_a_circle() -> None:
    """There is an order in which all files can be read."""
    found = circle(file_graph(sources()))
    assert not found, f"a circle: {' -> '.join(found)}; move what they share into a file of its own"


def test_no_folder_of_the_client_imports_itself_in_a_circle() -> None:
    """There is an order in which all folders can be read."""
    found = circle(folder_graph(file_graph(sources())))
    assert not found, f"a circle: {' -> '.join(found)}; move a file to the folder that needs it"


def test_folders_import_from_those_below() -> None:
    """The plan of the client is the table above."""
    wrong = [
        f"{name} imports {target}"
        for name, text in sources()
        for target in sorted(imports(name, text))
        if "/" in name
        and target.split("/")[0] not in {name.split("/")[0]} | LAYERS[name.split("/")[0]]
    ]
    assert not wrong, f"{wrong}: pass it in, or change LAYERS in this file and say why"


def test_only_the_bridge_speaks_to_telegram() -> None:
    """What Telegram's clients offer is reached through `bridge/`, which also guards versions."""
    wrong = [
        name for name, text in sources() if TELEGRAM.search(text) and not name.startswith("bridge/")
    ]
    assert not wrong, f"{wrong}: add what you need to webapp/src/bridge and import it from there"


def test_files_of_the_client_are_short() -> None:
    """A file is read in one sitting."""
    lengths = {path: text.count("\n") for path, text in sources()}
    styles = {
        path.relative_to(CLIENT).as_posix(): path.read_text("utf-8").count("\n")
        for path in CLIENT.glob("styles/*.css")
    }
    long = {p: n for p, n in (lengths | styles).items() if n > LONGEST and p not in LONGER}
    assert not long, f"{long}: at most {LONGEST} lines; split by subject"
    assert all(lengths[path] > LONGEST for path in LONGER), "an exception that is not needed"


def test_what_is_named_like_a_hook_is_one() -> None:
    """`use…` promises Preact's rules for hooks: called by components only, and always."""
    wrong = [
        f"{name}: {hook}"
        for name, text in sources()
        for hook in HOOK.findall(text)
        if '"preact/hooks"' not in text
    ]
    assert not wrong, f"{wrong}: a name with `use` is for hooks; say what it does instead"


def test_every_file_of_the_client_says_what_it_is_for() -> None:
    """The first line is a comment."""
    wrong = [name for name, text in sources() if not text.startswith(("//", "/*"))]
    assert not wrong, f"{wrong}: begin with a comment that says what the file is for"


def test_the_search_for_circles_finds_them() -> None:
    """What the tests above rely on."""
    made = file_graph(
        iter(
            [
                ("a/one.ts", 'import { two } from "./two.ts";'),
                ("a/two.ts", 'import type { Three } from "../b/three.ts";'),
                ("b/three.ts", 'const one = () => import("../a/one.ts");\nimport "../b/four.css";'),
            ]
        )
    )
    assert circle(made) == ["a/one.ts", "a/two.ts", "b/three.ts", "a/one.ts"]
    assert circle(folder_graph(made)) == ["a", "b", "a"]
    assert not circle({"a": {"b", "c"}, "b": {"c"}, "c": set()})
    assert TELEGRAM.search("window.Telegram.WebApp")
    assert HOOK.findall("export function useThing() {}\nconst useful = 1;") == ["useThing"]
