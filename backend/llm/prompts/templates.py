"""The prompt templates: each is one file of this folder, with a header of `key: value` lines.

Keys: `version` (required, raised with any change of the text), `options` (names of values that the
text uses), `required` (options that cannot be left out), `persona: no` (no persona shapes the
answer), `links: yes` (the task is about what a link in its text leads to), `alone: yes` (nothing of
the asker goes along, custom instructions included: others see the answer). A template with `task`
is a task that people can ask for, see `Task`: `task` is its place among the others, `command` is
its bot command (its own name if not given, `none` for no command), `sheet: no` keeps it from
the Mini App's sheet, `starter` is the icon with which an empty chat offers it, and `inline: yes`
offers it in inline mode.
"""

import re
from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, StrictUndefined, Template
from msgspec import Struct

FOLDER: Final = Path(__file__).parent

_HEADER: Final = re.compile(r"---\n((?:[a-z]+: [^\n]+\n)+)---\n")
_TEMPLATE_KEYS: Final = {"version", "options", "required", "persona", "links", "alone"}
_TASK_KEYS: Final = {"task", "command", "sheet", "starter", "inline"}
_KEYS: Final = _TEMPLATE_KEYS | _TASK_KEYS

# Nothing is escaped: this is text for a model, not for a page.
_environment = Environment(
    autoescape=False,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


class Task(Struct, frozen=True):
    """What people can ask for by name, in the Mini App and in the chat."""

    name: str
    place: int
    command: str | None
    """Without the slash. Tasks that share one are told apart by its first word: what the task's
    name has after the command's, such as `formal` in `rewrite_formal`."""
    in_sheet: bool
    starter_icon: str | None
    """The icon with which an empty chat offers it; None if it does not."""
    inline: bool
    """Whether inline mode offers it."""
    options: tuple[str, ...]

    @property
    def name_key(self) -> str:
        """The catalogue's key of its name."""
        return f"app.task.{self.name}"

    @property
    def default_name(self) -> str:
        """Its name for people if the catalogue has none."""
        return self.name.replace("_", " ").capitalize()


class PromptTemplate(Struct, frozen=True):
    """A template and what its header says of it."""

    version: int
    options: tuple[str, ...]
    required: tuple[str, ...]
    persona: bool
    links: bool
    alone: bool
    task: Task | None
    body: Template


def load_template(name: str) -> PromptTemplate:
    """The template of a file.

    Raises:
        ValueError: its header is missing or has an unknown key.
    """
    return _load(FOLDER, name)


def all_tasks() -> tuple[Task, ...]:
    """All tasks, in the order in which they are offered."""
    return tuple(_tasks(FOLDER).values())


def find_task(name: str | None) -> Task | None:
    """The task of that name."""
    return _tasks(FOLDER).get(name) if name is not None else None


@cache
def _tasks(folder: Path) -> dict[str, Task]:
    templates = [_load(folder, path.stem) for path in folder.glob("*.j2")]
    found = [template.task for template in templates if template.task is not None]
    return {task.name: task for task in sorted(found, key=lambda task: (task.place, task.name))}


@cache
def _load(folder: Path, name: str) -> PromptTemplate:
    source = (folder / f"{name}.j2").read_text(encoding="utf-8")
    found = _HEADER.match(source)
    header = dict(line.split(": ", 1) for line in found[1].splitlines()) if found else {}
    if found is None or "version" not in header or not header.keys() <= _KEYS:
        raise ValueError(
            f"prompts/{name}.j2 must begin with a header that has a version, as the others do, "
            f"and no other keys than {', '.join(sorted(_KEYS))}"
        )
    return PromptTemplate(
        version=int(header["version"]),
        options=_names(header.get("options", "")),
        required=_names(header.get("required", "")),
        persona=header.get("persona") != "no",
        links=header.get("links") == "yes",
        alone=header.get("alone") == "yes",
        task=_task(name, header),
        body=_environment.from_string(source[found.end() :].strip("\n")),
    )


def _task(name: str, header: dict[str, str]) -> Task | None:
    if "task" not in header:
        return None
    command = header.get("command", name)
    return Task(
        name=name,
        place=int(header["task"]),
        command=None if command == "none" else command,
        in_sheet=header.get("sheet") != "no",
        starter_icon=header.get("starter"),
        inline=header.get("inline") == "yes",
        options=_names(header.get("options", "")),
    )


def _names(listed: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in listed.split(",") if part.strip())
