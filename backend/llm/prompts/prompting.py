"""Renders prompts: one versioned template per task, in prompts/.

Rendering is a pure function of its arguments, so that a receipt, which keeps the task, the version
and the messages' ids, can reproduce the same bytes. A template's version is raised with any change
to its text.
"""

import hashlib
import re
from datetime import date
from functools import lru_cache
from typing import Final

from msgspec import Struct

from backend.errors import TaskUnknown
from backend.llm.model import Model
from backend.llm.prompts.personas import PERSONAS, Persona
from backend.llm.prompts.templates import find_task, load_template

_CLOSING: Final = re.compile(r"</?\s*material\b", re.IGNORECASE)


class Rendered(Struct, frozen=True):
    """A text for a model and which template it came from, such as `translate@1`; the system
    prompt's version names the persona too: `system@3+teacher@1`."""

    text: str
    version: str


def system(
    model: Model,
    today: date,
    *,
    instructions: str | None = None,
    persona: Persona = PERSONAS[0],
) -> Rendered:
    """The system prompt; a small model gets a short one."""
    own = (instructions or "").strip()
    # Without custom instructions it is the same for everybody all day, so it is cached.
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
    return f"{name}@{load_template(name).version}"


def takes_persona(name: str | None) -> bool:
    """Whether a persona may shape the answer to a task; its template says if not."""
    return name is None or find_task(name) is None or load_template(name).persona


def instructions_for(name: str | None, own: str | None) -> str | None:
    """The asker's custom instructions, unless the task's template says that they stay out."""
    takes = name is None or find_task(name) is None or not load_template(name).alone
    return own if takes else None


def reads_links(name: str | None) -> bool:
    """Whether a task is about what a link in its text leads to; its template says so."""
    return name is not None and find_task(name) is not None and load_template(name).links


def task(name: str, text: str, **options: str) -> Rendered:
    """The message to send for a task, such as `task("translate", text, target="French")`.

    Raises:
        TaskUnknown: there is no such task, or it does not take such an option, or lacks one.
    """
    if find_task(name) is None:
        raise TaskUnknown(task=name)
    template = load_template(name)
    if unknown := set(options) - set(template.options):
        raise TaskUnknown(task=name, option=min(unknown))
    values = {
        option: " ".join(options.get(option, "").split())[:100] for option in template.options
    }
    if missing := [option for option in template.required if not values[option]]:
        raise TaskUnknown(task=name, option=missing[0])
    return _render(name, text=text.strip(), **values)


def continuation() -> Rendered:
    """Asks a model to continue an answer that broke off."""
    return _render("continue")


def title(text: str) -> Rendered:
    """Asks for a conversation's title."""
    return _render("title", text=text.strip())


def follow_ups(question: str, answer: str) -> Rendered:
    """Asks for suggested replies; `suggestions` parses the answer."""
    return _render("follow_ups", question=question.strip(), answer=answer.strip())


def claims(text: str, most: int) -> Rendered:
    """Asks for the claims of a text, `most` at most; the text is marked as somebody else's."""
    marked = material(text, kind="text")
    rendered = _render("claims", material=marked.text, most=most)
    return Rendered(rendered.text, f"{rendered.version}+{marked.version}")


def check_claim(claim: str, number: int) -> Rendered:
    """Asks for a source to a claim, the `number`th of a check."""
    return _render("check_claim", claim=" ".join(claim.split()), number=number)


def material(
    text: str,
    *,
    kind: str,
    number: int = 1,
    source: str = "",
    title: str = "",
    cut: bool = False,
) -> Rendered:
    """Text that others wrote, marked so that a model can distinguish it from the person's.

    The mark is derived from the text: it is reproducible, and a text cannot contain its own mark.
    Tags of this form inside the text are neutralised.
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
    """Replaces an attachment that is not sent."""
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
    return Rendered(load_template(name).body.render(values), version(name))
