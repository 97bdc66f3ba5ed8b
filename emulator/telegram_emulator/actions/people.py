"""Adding, changing and removing people."""

from telegram_emulator.actions.base import Action
from telegram_emulator.schemas import Person


class SavePerson(Action, frozen=True, tag="savePerson"):
    """Adds a person, or changes the one with the same id (id 0: a new id). → `Saved`"""

    person: Person


class RemovePerson(Action, frozen=True, tag="removePerson"):
    """Removes a person with chat, wallet and storage."""

    person_id: int
