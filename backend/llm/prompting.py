"""Our own words to a model: one small template a task, in prompts/, each with a version.

Rendering is a pure function of its arguments, so that a receipt, which keeps the task, the
version and the messages' ids, can make the very bytes again. A template's version is raised with
any change to its text.
"""

import hashlib
import re
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, StrictUndefined, Template
from msgspec import Struct

from backend.errors import TaskUnknown
from backend.llm.model import Model
from backend.llm.personas import PERSONAS, Persona

FOLDER: Final = Path(__file__).with_name("prompts")
TASKS: Final = (
    "ask",
    "write",
    "translate",
    "summarise",
    "explain",
    "rewrite_shorter",
    "rewrite_friendlier",
    "rewrite_formal",
    "reply_suggestions",
)
"""What a person may ask for by name, in the order in which it is offered."""

_FRONT: Final = re.compile(
    r"---\nversion: (\d+)\n(?:options: ([a-z, ]+)\n)?(?:persona: (no)\n)?---\n"
)
_CLOSING: Final = re.compile(r"</?\s*material\b", re.IGNORECASE)

# Nothing is escaped: this is text for a model, not for a page.
_environment = Environment(
    autoescape=False,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


class Rendered(Struct, frozen=True):
    """A text for a model and which template it came from, such as `translate@1`; the system
    prompt's version names the persona too: `system@2+teacher@1`."""

    text: str
    version: str


class _Prompt(Struct, frozen=True):
    version: int
    options: tuple[str, ...]
    persona: bool
    template: Template


def system(
    model: Model,
    today: date,
    *,
    instructions: str | None = None,
    persona: Persona = PERSONAS[0],
) -> Rendered:
    """The system prompt; a small model gets a short one, which it can hold in mind."""
    own = (instructions or "").strip()
    # Without a person's own words it is the same for all, a whole day long: kept once.
    render = _system if own else _common_system
    return render(persona, own, today, small=model.small)


def _system(persona: Persona, instructions: str, today: date, *, small: bool) -> Rendered:
    rendered = _render(
        "system",
        small=small,
        today=today.isoformat(),
        instructions=instructions,
        role=persona.role,
        manner=persona.manner,
    )
    return Rendered(rendered.text, f"{rendered.version}+{persona.id}@{persona.version}")


_common_system = lru_cache(maxsize=64)(_system)


def version(name: str) -> str:
    """A template with its version, such as `material@2`."""
    return f"{name}@{_load(name).version}"


def takes_persona(name: str | None) -> bool:
    """Whether a persona may shape the answer to a task; its template says if not."""
    return name not in TASKS or _load(name).persona


def task(name: str, text: str, **options: str) -> Rendered:
    """The message to send for a task, such as `task("translate", text, target="French")`.

    Raises:
        TaskUnknown: there is no such task, or it does not take such an option, or lacks one.
    """
    if name not in TASKS:
        raise TaskUnknown(task=name)
    known = _load(name).options
    if unknown := set(options) - set(known):
        raise TaskUnknown(task=name, option=min(unknown))
    if name == "translate" and not options.get("target", "").strip():
        raise TaskUnknown(task=name, option="target")
    values = {option: " ".join(options.get(option, "").split())[:100] for option in known}
    return _render(name, text=text.strip(), **values)


def continuation() -> Rendered:
    """Asks a model to go on with an answer that broke off."""
    return _render("continue")


def title(text: str) -> Rendered:
    """Asks for a conversation's title."""
    return _render("title", text=text.strip())


def follow_ups(question: str, answer: str) -> Rendered:
    """Asks what a person might say next; the answer to it is for `suggestions`."""
    return _render("follow_ups", question=question.strip(), answer=answer.strip())


def material(
    text: str,
    *,
    kind: str,
    number: int = 1,
    source: str = "",
    title: str = "",
    cut: bool = False,
) -> Rendered:
    """Text that others wrote, marked so that a model can tell it from the person's words.

    The mark is made of the text itself: it is the same whenever the prompt is made again, and
    nobody can write a text that holds its own mark. Tags of this form inside are broken.
    """
    harmless = _CLOSING.sub(lambda found: found.group().replace("<", "‹"), text.strip())
    return _render(
        "material",
        text=harmless,
        kind=kind,
        number=number,
        source=_attribute(source),
        title=_attribute(title),
        mark=hashlib.sha256(harmless.encode()).hexdigest()[:12],
        cut=cut,
    )


def unseen(kind: str, *, number: int) -> Rendered:
    """Stands for what was sent and does not go along."""
    return _render("unseen", kind=kind, number=number)


def _attribute(value: str) -> str:
    """Fit to stand between quotes in a tag."""
    return re.sub(r"[\"<>\s]+", " ", value).strip()[:200]


def suggestions(answer: str) -> list[str]:
    """The replies in the answer to `reply_suggestions` or `follow_ups`: three at most, however
    they are listed."""
    lines = (re.sub(r"^\s*(?:[-*•–]|\d+[.)])\s*", "", line) for line in answer.splitlines())
    replies = [line.strip().strip('"“”«»').strip() for line in lines]
    return [reply for reply in replies if reply][:3]


def _render(name: str, **values: str | bool | int) -> Rendered:
    prompt = _load(name)
    return Rendered(prompt.template.render(values), version(name))


@cache
def _load(name: str) -> _Prompt:
    source = (FOLDER / f"{name}.j2").read_text(encoding="utf-8")
    front = _FRONT.match(source)
    if front is None:
        raise ValueError(f"prompts/{name}.j2 must begin with its version, as the others do")
    options = tuple(part.strip() for part in (front.group(2) or "").split(",") if part.strip())
    template = _environment.from_string(source[front.end() :].strip("\n"))
    return _Prompt(int(front.group(1)), options, front.group(3) is None, template)
