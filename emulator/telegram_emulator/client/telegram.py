"""A running emulator: its people, its clock, its faults, and its Bot API."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec

from telegram_emulator.bot_token import new_token
from telegram_emulator.client.person import Person
from telegram_emulator.client.said import Silence
from telegram_emulator.errors import ActionRefused

if TYPE_CHECKING:
    from telegram_emulator.schemas import ApiFaultKind, UpdateFaultKind

JSON = {"Content-Type": "application/json"}


class Telegram:
    """One emulator. `origin` is its address, with `/bots/<id>` if there are several bots; `token`
    is the bot's."""

    def __init__(self, origin: str, token: str) -> None:
        self.origin = origin.rstrip("/")
        self.token = token
        self._path = urlsplit(self.origin).path

    def bot(self, token: str) -> "Telegram":
        """Another bot of this emulator (a further `--token`), with people of its own."""
        root = self.origin.removesuffix(self._path)
        return Telegram(f"{root}/bots/{token.partition(':')[0]}", token)

    def person(self, first_name: str = "Ann", *, stars: int = 0, **fields: Any) -> Person:
        """A new person, who has not used the bot yet; `fields` are those of `schemas.Person` in
        snake_case (`language_code="ar"`, `is_premium=True`)."""
        person = {"id": 0, "firstName": first_name, **camel(fields)}
        person_id = self.act("savePerson", person=person)["person"]["id"]
        if stars:
            self.act("topUp", person_id=person_id, stars=stars)
        return Person(self, person_id, self.state()["revision"])

    def act(self, action: str, /, **fields: Any) -> dict[str, Any]:
        """Run any action of `telegram_emulator/actions/`, by its tag.

        Raises:
            ActionRefused: when it cannot be done.
        """
        body = msgspec.json.encode({"type": action, **camel(fields)})
        status, answer = self._ask("POST", "/emulator/actions", body)
        if status != 200:
            raise ActionRefused(answer["reason"])
        return answer

    def state(self) -> dict[str, Any]:
        """The whole state (`telegram_emulator/schemas.py`)."""
        return self._ask("GET", "/emulator/state")[1]

    def call(self, method: str, /, **parameters: Any) -> dict[str, Any]:
        """Call a method of the Bot API as the bot; the result has `ok`."""
        body = msgspec.json.encode(parameters)
        return self._ask("POST", f"/bot{self.token}/{method}", body)[1]

    def travel(self, *, days: int = 0, seconds: int = 0) -> int:
        """Move the clock forward; returns how many subscriptions were renewed meanwhile."""
        return int(self.act("advanceClock", days=days, seconds=seconds)["renewals"])

    def break_calls(
        self,
        kind: "ApiFaultKind" = "serverError",
        *,
        count: int = 1,
        method: str | None = None,
        retry_after: int = 1,
    ) -> None:
        """Fail the next `count` calls of `method`, or of any method."""
        self.act("setApiFault", kind=kind, count=count, method=method, retry_after=retry_after)

    def break_updates(
        self, kind: "UpdateFaultKind" = "twice", *, count: int = 1, seconds: int = 0
    ) -> None:
        """Deliver the next `count` updates twice, late, out of order or not at all."""
        self.act("setUpdateFault", kind=kind, count=count, seconds=seconds)

    def break_webhook(self) -> None:
        """Make the bot's webhook unreachable until `mend`."""
        self.act("setWebhookDown", down=True)

    def mend(self) -> None:
        """End every fault."""
        self.act("clearFaults")

    def wait_for(
        self, wanted: Callable[[dict[str, Any]], object], after: int, within: float
    ) -> tuple[int, dict[str, Any]]:
        """The first event after revision `after` that is `wanted` (`telegram_emulator/events.py`),
        with its revision.

        Raises:
            Silence: after `within` seconds, or when there were too many events to be kept.
        """
        for revision, event in self._events(after, within):
            if event["type"] == "reset":
                break
            if wanted(event):
                return revision, event
        raise Silence(f"nothing of the kind within {within} s")

    def _events(self, after: int, within: float) -> Iterator[tuple[int, dict[str, Any]]]:
        end = monotonic() + within
        connection = self._connection(within)
        try:
            connection.request("GET", f"{self._path}/emulator/events?after={after}")
            stream = connection.getresponse()
            revision = after
            while monotonic() < end:
                name, _, value = stream.readline().decode().strip().partition(": ")
                if name == "id":
                    revision = int(value)
                elif name == "data":
                    yield revision, msgspec.json.decode(value)
        except TimeoutError:
            return
        finally:
            connection.close()

    def _ask(self, verb: str, path: str, body: bytes = b"") -> tuple[int, dict[str, Any]]:
        connection = self._connection(60)
        try:
            connection.request(verb, self._path + path, body or None, JSON)
            response = connection.getresponse()
            answer: dict[str, Any] = msgspec.json.decode(response.read())
            return response.status, answer
        finally:
            connection.close()

    def _connection(self, timeout: float) -> HTTPConnection:
        address = urlsplit(self.origin)
        return HTTPConnection(str(address.hostname), address.port, timeout=timeout)


def camel(fields: dict[str, Any]) -> dict[str, Any]:
    """Names as the control API writes them; None values are left out."""
    return {
        first + "".join(part.capitalize() for part in others): value
        for name, value in fields.items()
        if value is not None
        for first, *others in [name.split("_")]
    }


@contextmanager
def running(state: Path, *options: str, token: str | None = None) -> Iterator[Telegram]:
    """A new emulator in a process of its own on a free port; `options` are those of the command."""
    token = token or new_token()
    own = ("--headless", "--port", "0", "--state", str(state), "--token", token)
    command = [sys.executable, "-m", "telegram_emulator", *own, *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            said = process.stdout.readline()
            if "http://" not in said:
                raise RuntimeError(f"the emulator did not start: {' '.join(command)}")
            yield Telegram("http://" + said.partition("http://")[2].split("/")[0], token)
        finally:
            process.terminate()
