"""A person in the emulator, controlled by a test."""

import base64
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from telegram_emulator.client.said import Pressed, Said, Silence

if TYPE_CHECKING:
    from telegram_emulator.client.telegram import Telegram

Wanted = str | re.Pattern[str] | Callable[[Said], object] | None
PATIENCE = 10.0
"""How many seconds to wait for the bot."""


class Person:
    """A person with a phone. Each message is returned once and in order: `hear` continues after the
    message that it returned last. `chat_id` means a group; without it the chat with the bot."""

    def __init__(self, telegram: "Telegram", person_id: int, revision: int) -> None:
        self.telegram = telegram
        self.id = person_id
        self._heard_up_to = revision

    def act(self, action: str, /, **fields: Any) -> dict[str, Any]:
        """Run any action of a person, by its tag (`telegram_emulator/actions/`)."""
        return self.telegram.act(action, person_id=self.id, **fields)

    def start(self, parameter: str | None = None) -> None:
        """Press Start, or follow a deep link with a parameter."""
        self.act("pressStart", parameter=parameter)

    def send(self, text: str, *, chat_id: int | None = None, reply_to: int | None = None) -> None:
        """Write a message."""
        self.act("sendText", text=text, chat_id=chat_id, reply_to=reply_to)

    def send_file(
        self, path: Path, kind: str = "document", media_type: str = "application/octet-stream"
    ) -> None:
        """Send a file: a photo, document, voice, audio, video, sticker, …"""
        data = base64.b64encode(path.read_bytes()).decode()
        self.act("sendFile", kind=kind, file_name=path.name, media_type=media_type, data=data)

    def hear(
        self, wanted: Wanted = None, *, chat_id: int | None = None, within: float = PATIENCE
    ) -> Said:
        """Wait for the bot's next message or edit that is `wanted`: that contains this text,
        matches this pattern, or for which this function returns true.

        Raises:
            Silence: after `within` seconds; the error names what was said instead.
        """
        heard: list[Said] = []

        def is_it(event: dict[str, Any]) -> bool:
            if event["type"] != "message" or event["personId"] != (chat_id or self.id):
                return False
            if event["message"]["outgoing"]:
                return False
            heard.append(Said(event["message"]["message"]))
            return _is(heard[-1], wanted)

        try:
            self._heard_up_to, _ = self.telegram.wait_for(is_it, self._heard_up_to, within)
        except Silence:
            about = "anything" if wanted is None else repr(wanted)
            others = [said.text for said in heard]
            raise Silence(f"no {about} from the bot within {within} s, but {others}") from None
        return heard[-1]

    def press(self, label: str, *, within: float = PATIENCE) -> Pressed:
        """Press the newest button with this label, below a message or the text field.

        Raises:
            Silence: there is none, or the bot does not answer the press.
        """
        chat = self._chat()
        for shown in reversed(chat["messages"]):
            said = Said(shown["message"])
            for key in said.keys:
                if key["text"] == label:
                    return self._press(said, key, within)
        rows = (chat["head"]["replyKeyboard"] or {}).get("keyboard", [])
        for key in (key for row in rows for key in row):
            if (key if isinstance(key, str) else key["text"]) == label:
                return self._press_reply(label, key)
        raise Silence(f"there is no button {label!r}")

    def _press(self, said: Said, key: dict[str, Any], within: float) -> Pressed:
        if "callback_data" not in key:
            app = key.get("web_app", {})
            return Pressed(url=key.get("url") or app.get("url"))
        after = self.telegram.state()["revision"]
        data = key["callback_data"]
        query = self.act("pressButton", message_id=said.id, data=data)["callbackId"]
        _, event = self.telegram.wait_for(
            lambda event: event.get("callbackId") == query, after, within
        )
        return Pressed(event["text"], event["showAlert"], event["url"])

    def _press_reply(self, label: str, key: Any) -> Pressed:
        if isinstance(key, dict) and key.get("request_contact"):
            self.act("shareContact")
        elif isinstance(key, dict) and "web_app" in key:
            return Pressed(url=key["web_app"]["url"])
        else:
            self.send(label)
        return Pressed()

    def pay(
        self,
        slug: str | None = None,
        *,
        outcome: Literal["pay", "cancel", "fail", "pending"] = "pay",
    ) -> str:
        """Pay an invoice link, or the newest invoice in the chat; returns the final status: paid,
        cancelled, failed or pending."""
        message_id = None
        if slug is None:
            invoices = [m for m in self._chat()["messages"] if "invoice" in m["message"]]
            if not invoices:
                raise Silence("there is no invoice in the chat")
            message_id = invoices[-1]["id"]
        sheet = self.act("openInvoice", slug=slug, message_id=message_id)["sheet"]
        return str(self.act("payInvoice", slug=sheet["slug"], outcome=outcome)["status"])

    def stars(self) -> int:
        """How many Stars the person has."""
        wallets = self.telegram.state()["wallets"]
        return next(int(one["balance"]) for one in wallets if one["personId"] == self.id)

    def open_app(
        self, *, start_param: str | None = None, platform: str = "android", version: str = "10.3"
    ) -> str:
        """The address with which Telegram opens the bot's Mini App, with signed init data."""
        source = "menu" if start_param is None else "direct"
        asked: dict[str, Any] = {"source": source, "start_param": start_param, "theme_params": {}}
        return str(self.act("launch", platform=platform, version=version, **asked)["url"])

    def _chat(self) -> dict[str, Any]:
        chats: list[dict[str, Any]] = self.telegram.state()["chats"]
        return next(chat for chat in chats if chat["head"]["personId"] == self.id)


def _is(said: Said, wanted: Wanted) -> bool:
    if wanted is None:
        return True
    if isinstance(wanted, str):
        return wanted in said.text
    if isinstance(wanted, re.Pattern):
        return wanted.search(said.text) is not None
    return bool(wanted(said))
