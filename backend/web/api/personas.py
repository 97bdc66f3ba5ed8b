"""/api/personas: who can answer. The chosen one is a setting of /api/me."""

from litestar import get

from backend.i18n import translator
from backend.identity import Principal
from backend.llm.prompts import personas
from backend.web.api.wire import Shown
from backend.web.parts import Part


class PersonaShown(Shown, frozen=True):
    """One persona, in the person's language."""

    id: str
    name: str
    description: str


class PersonasShown(Shown, frozen=True):
    """All personas; the first is the default."""

    items: list[PersonaShown]


@get("/personas", tags=["The person"], summary="The personas that can answer")
async def list_personas(principal: Part[Principal]) -> PersonasShown:
    """Every persona with its name and what it does."""
    t = translator(principal.language)
    return PersonasShown(
        items=[
            PersonaShown(id=one.id, name=t(one.name_key), description=t(one.word_key))
            for one in personas.PERSONAS
        ]
    )


handlers = [list_personas]
