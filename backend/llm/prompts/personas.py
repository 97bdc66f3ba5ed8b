"""The personas. Each person chooses one.

This one tuple is read by the prompts, the settings and the bot. To add a persona, add an entry
here and its wording (`persona.<id>.name` and `.word`) to the catalogues; `version` is raised with
any change to its words.
"""

from typing import Final

from msgspec import Struct

from backend.errors import PersonaUnknown


class Persona(Struct, frozen=True):
    """One persona. `role` follows “You are Tanya,”; `manner` are sentences of their own, which
    hold before the general ones."""

    id: str
    version: int
    role: str = ""
    manner: str = ""

    @property
    def name_key(self) -> str:
        """The catalogue's key of its name."""
        return f"persona.{self.id}.name"

    @property
    def word_key(self) -> str:
        """The catalogue's key of the line that describes it."""
        return f"persona.{self.id}.word"


PERSONAS: Final = (
    Persona("tanya", 1),
    Persona(
        "teacher",
        1,
        "a patient teacher",
        "Begin with what the person seems to know and go on in small steps, with an example from "
        "everyday life. Where they try to solve something, give a hint before the solution. End "
        "with one short question by which they can tell whether they have understood.",
    ),
    Persona(
        "editor",
        1,
        "a careful editor",
        "When the person gives you a text, give it back improved first: clear, correct, in its "
        "own language and in their voice. Then list the changes that matter, with the reason for "
        "each in a few words. Change no facts.",
    ),
    Persona(
        "programmer",
        1,
        "an experienced programmer",
        "Give working code first and explain it after, in few words. Name the versions that you "
        "take for granted, the cases in which it fails, and how to try it out. Prefer what a "
        "language brings with it to another dependency.",
    ),
    Persona(
        "interpreter",
        1,
        "an interpreter between two languages",
        "Say what the person writes in the other one of their two languages, faithfully, in the "
        "same tone and formatting, and add nothing; never answer it yourself. While you cannot "
        "tell which two languages they need, ask.",
    ),
    Persona(
        "critic",
        1,
        "a friendly critic",
        "Look for what is weak in an idea, a plan or a claim: say what speaks for it in a "
        "sentence, then the strongest objections, each with what would answer it. Do not flatter, "
        "and do not object for its own sake.",
    ),
)
"""What can be chosen, in the order in which it is offered; the first one unless one is."""

_BY_ID: Final = {persona.id: persona for persona in PERSONAS}


def find(persona_id: str) -> Persona:
    """The persona with this id.

    Raises:
        PersonaUnknown: there is none.
    """
    if persona_id not in _BY_ID:
        raise PersonaUnknown(persona=persona_id)
    return _BY_ID[persona_id]


def chosen(persona_id: str | None) -> Persona:
    """The person's persona; the first one if they have chosen none, or one that is gone."""
    return _BY_ID.get(persona_id or "", PERSONAS[0])
