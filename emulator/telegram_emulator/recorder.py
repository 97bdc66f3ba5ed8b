"""Writes a session to a file, one JSON object a line, for `client.replay` to do again.

{"person": …, "stars": N}   somebody acts for the first time
{"action": …}               what is done, as the control API takes it
{"refused": "REASON"}       it could not be done
{"result": …}               what it answered, where that is more than `Done`
{"message": …}              a message in a chat, a person's or the bot's, new or edited
"""

from pathlib import Path
from typing import Any

import msgspec

from telegram_emulator.events import AnyEvent, MessageEvent
from telegram_emulator.world import World


class Recorder:
    """A recording, written during the session. Without a `path` nothing is written."""

    def __init__(self, path: Path | None, world: World) -> None:
        self._path = path
        self._world = world
        self._known: set[int] = set()
        if path is not None:
            path.write_bytes(b"")

    def action(self, action: dict[str, Any]) -> None:
        """Record an action that is about to run."""
        person = self._world.people.get(action.get("personId", 0))
        if person is not None and person.id not in self._known:
            self._known.add(person.id)
            self._write({"person": person, "stars": self._world.wallets[person.id].balance})
        self._write({"action": action})

    def refused(self, reason: str) -> None:
        """Record that it was refused."""
        self._write({"refused": reason})

    def result(self, result: object) -> None:
        """Record its result."""
        self._write({"result": result})

    def event(self, event: AnyEvent) -> None:
        """Record messages; all other events follow from the actions."""
        if isinstance(event, MessageEvent):
            shown = event.message
            self._write(
                {
                    "message": shown.message,
                    "outgoing": shown.outgoing,
                    "personId": event.person_id,
                }
            )

    def _write(self, line: object) -> None:
        if self._path is not None:
            with self._path.open("ab") as file:
                file.write(msgspec.json.encode(line) + b"\n")
