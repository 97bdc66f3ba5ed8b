"""People of a local instance, as far as a hostile one needs to be able to act."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from http.client import HTTPResponse
from typing import Any
from urllib.parse import parse_qs, urlsplit

from backend.uuid7 import uuid7

PROVIDER = "compatible"
WAIT_SECONDS = 90


class Guest:
    """Somebody new, who has agreed to what the tests' provider is sent."""

    def __init__(self, port: int, name: str) -> None:
        self._url = f"http://127.0.0.1:{port}"
        self._token = ""
        person = {"id": 0, "firstName": name, "languageCode": "en"}
        self.id: int = self._act({"type": "savePerson", "person": person})["person"]["id"]
        wait_until(lambda: self._world()["bot"]["menuButton"]["type"] == "web_app")
        launched = self.act(
            "launch", source="menu", platform="android", version="9.6", themeParams={}
        )
        init_data = parse_qs(urlsplit(launched["url"]).fragment)["tgWebAppData"][0]
        self._token = json.loads(self.call("POST", "session", {"initData": init_data})[1])["token"]
        assert self.call("PUT", f"consents/{PROVIDER}")[0] == 200

    def act(self, kind: str, **more: Any) -> Any:
        """What this person does in the emulated Telegram."""
        return self._act({"type": kind, "personId": self.id, **more})

    def _world(self) -> Any:
        return json.loads(self._open("GET", "/emulator/state")[1])

    def _act(self, action: dict[str, Any]) -> Any:
        status, answer = self._open("POST", "/emulator/actions", json.dumps(action).encode())
        assert status == 200, answer
        return json.loads(answer)

    def call(self, method: str, path: str, body: object = None) -> tuple[int, bytes]:
        """A request to the API; bytes are sent as they are."""
        raw = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        return self._open(method, f"/api/{path}", raw)

    def hand_over(self, path: str, data: bytes, name: str) -> tuple[int, bytes]:
        """Send a file as a form."""
        head = f'--edge\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        body = head.encode() + data + b"\r\n--edge--\r\n"
        return self._open("POST", f"/api/{path}", body, "multipart/form-data; boundary=edge")

    def ask(self, text: str, conversation: str | None = None, **more: Any) -> bytes:
        """Ask in the app and read the whole answer."""
        body = {"id": str(uuid7()), "text": text, "create": conversation is None, **more}
        status, stream = self.call(
            "POST", f"conversations/{conversation or uuid7()}/messages", body
        )
        assert status == 200, stream
        return stream

    def ask_in_chat(self, text: str) -> None:
        """Ask the bot, and wait for its answer."""
        self.act("pressStart")
        wait_until(lambda: self.answers() > 0)
        before = self.answers()
        self.act("sendText", text=text)
        wait_until(lambda: self.answers() > before)

    def answers(self) -> int:
        """How many messages the bot has sent."""
        chat = next(one for one in self._world()["chats"] if one["head"]["personId"] == self.id)
        return sum(1 for message in chat["messages"] if not message["outgoing"])

    def _open(
        self, method: str, path: str, body: bytes | None = None, kind: str = "application/json"
    ) -> tuple[int, bytes]:
        headers = {"Content-Type": kind}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        request = urllib.request.Request(self._url + path, body, headers, method=method)
        try:
            answer: HTTPResponse = urllib.request.urlopen(request, timeout=WAIT_SECONDS)
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read()
        with answer:
            return answer.status, answer.read()


def wait_until(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + WAIT_SECONDS
    while not holds():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.2)
