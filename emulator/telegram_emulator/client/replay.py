"""Repeats a recorded session (`telegram-emulator --record FILE`), as a test of the bot."""

import re
from pathlib import Path
from typing import Any

import msgspec

from telegram_emulator.client.said import Said, Silence
from telegram_emulator.client.telegram import Telegram
from telegram_emulator.errors import ActionRefused

IDS = {"personId", "ownerId", "chatId", "threadId", "messageId", "messageIds", "replyTo", "slug"}
"""Fields of actions whose values differ in each session."""
LINK = re.compile(r"https?://\S+")
PATIENCE = 10.0


def replay(telegram: Telegram, path: Path, *, within: float = PATIENCE) -> int:
    """Repeat the recorded actions with new people and expect the same messages from the bot;
    returns how many of its messages were compared. Addresses in texts, ids and callback data may
    differ.

    Raises:
        Silence: the bot sends something else, or nothing within this many seconds.
        AssertionError: an action is refused that was not, or the other way round.
    """
    return _Replay(telegram, within).run(path.read_bytes().splitlines())


class _Replay:
    def __init__(self, telegram: Telegram, within: float) -> None:
        self._telegram = telegram
        self._within = within
        self._now: dict[Any, Any] = {}  # current values by recorded ones
        self._keys: dict[tuple[Any, Any], Any] = {}  # callback data by message and data then
        self._heard_up_to: dict[int, int] = {}
        self._result: Any = None
        self._refused: str | None = None

    def run(self, lines: list[bytes]) -> int:
        compared = 0
        for line in map(msgspec.json.decode, lines):
            if "refused" not in line and self._refused is not None:
                raise AssertionError(f"refused, which was not: {self._refused}")
            if "person" in line:
                self._bring(line["person"], line["stars"])
            elif "action" in line:
                self._act(line["action"])
            elif "refused" in line:
                if self._refused != line["refused"]:
                    raise AssertionError(f"was refused, {line['refused']}; now {self._refused}")
                self._refused = None
            elif "result" in line:
                self._match(line["result"], self._result)
            elif self._expect(line):
                compared += 1
        return compared

    def _bring(self, then: dict[str, Any], stars: int) -> None:
        saved = self._telegram.act("savePerson", person={**then, "id": 0})["person"]
        if stars:
            self._telegram.act("topUp", person_id=saved["id"], stars=stars)
        self._now[then["id"]] = saved["id"]
        self._heard_up_to[saved["id"]] = self._telegram.state()["revision"]

    def _act(self, then: dict[str, Any]) -> None:
        fields = {name: self._renamed(name, value) for name, value in then.items()}
        kind = fields.pop("type")
        if kind == "savePerson":
            person = fields["person"]
            fields["person"] = {**person, "id": self._now.get(person["id"], 0)}
        if kind == "pressButton":
            fields["data"] = self._keys.get((then["messageId"], then["data"]), then["data"])
        try:
            self._result = self._telegram.act(kind, **fields)
        except ActionRefused as refusal:
            self._refused = refusal.reason

    def _renamed(self, name: str, value: Any) -> Any:
        if name not in IDS:
            return value
        if isinstance(value, list):
            return [self._now.get(one, one) for one in value]
        return self._now.get(value, value)

    def _match(self, then: Any, now: Any) -> None:
        """Learn which current value a recorded one corresponds to."""
        if isinstance(then, dict) and isinstance(now, dict):
            for name in then.keys() & now.keys():
                if name in IDS:
                    self._now[then[name]] = now[name]
                self._match(then[name], now[name])

    def _expect(self, line: dict[str, Any]) -> bool:
        """Wait for the same message; returns whether it is the bot's."""
        chat = self._now.get(line["personId"], line["personId"])
        then, others = Said(line["message"]), []

        def is_it(event: dict[str, Any]) -> bool:
            if event["type"] != "message" or event["personId"] != chat:
                return False
            if event["message"]["outgoing"] != line["outgoing"]:
                return False
            others.append(Said(event["message"]["message"]))
            return _shape(others[-1]) == _shape(then)

        after = self._heard_up_to.setdefault(chat, min(self._heard_up_to.values()))
        try:
            revision, _ = self._telegram.wait_for(is_it, after, self._within)
        except Silence:
            said = [_shape(one) for one in others]
            raise Silence(f"expected {_shape(then)} in the chat, and there was {said}") from None
        self._heard_up_to[chat] = revision
        self._learn(then, others[-1])
        return not line["outgoing"]

    def _learn(self, then: Said, now: Said) -> None:
        self._now[then.id] = now.id
        self._now |= zip(LINK.findall(then.text), LINK.findall(now.text), strict=True)
        for old, new in zip(then.keys, now.keys, strict=True):
            if "callback_data" in old:
                self._keys[then.id, old["callback_data"]] = new.get("callback_data")


def _shape(said: Said) -> tuple[str, list[str]]:
    """The parts of a message that must be equal."""
    return LINK.sub("<link>", said.text), said.buttons
