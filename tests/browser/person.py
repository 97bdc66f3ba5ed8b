"""A person as Telegram's server and Tanya's API know them, whatever browser they have."""

import itertools
import json
import os
import time
import urllib.request
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, urljoin, urlsplit

_worker = os.environ.get("PYTEST_XDIST_WORKER", "")
# Workers share servers; a name is a button, which is found by it.
_names = (f"Guest{number}{_worker}" for number in itertools.count(1))

START_SECONDS = 60
"""How long a bot may need to introduce itself to Telegram."""


class Person:
    """Somebody that no other test has been."""

    def __init__(self, url: str, language: str = "en") -> None:
        self.url = url
        self.name = next(_names)
        person = {"id": 0, "firstName": self.name, "languageCode": language}
        self.person_id = self.act({"type": "savePerson", "person": person})["person"]["id"]
        self._token = ""

    def act(self, action: dict[str, Any]) -> Any:
        """One of the emulator page's actions, by its control API."""
        request = urllib.request.Request(
            f"{self.url}emulator/actions",
            json.dumps(action).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def launched(self, launch: dict[str, Any]) -> str:
        """The Mini App's address. A server is ready a moment before its bot has told Telegram of
        the menu button, and is waited for."""
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                return urljoin(self.url, str(self.act(launch)["url"]))
            except HTTPError as error:
                if error.code != 400 or time.monotonic() > deadline:
                    raise
            time.sleep(0.1)

    def call(self, method: str, path: str, body: object = None) -> Any:
        """A request to the API with the person's own session, as another device makes it."""
        with self._open(method, path, body) as answer:
            return json.loads(answer.read() or "null")

    def _open(self, method: str, path: str, body: object = None) -> Any:
        if not self._token:
            self._token = self.sign_in()
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self._token}"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}api/{path}", data, headers, method=method)
        return urllib.request.urlopen(request, timeout=60)

    def launch_url(self) -> str:
        """The Mini App's address with signed launch data, as Telegram opens it."""
        launch = {
            "type": "launch",
            "personId": self.person_id,
            "source": "menu",
            "platform": "android",
            "version": "9.6",
            "themeParams": {},
        }
        return self.launched(launch)

    def sign_in(self) -> str:
        """A new session's token, from a launch of its own."""
        fragment = urlsplit(self.launch_url()).fragment
        init_data = parse_qs(fragment)["tgWebAppData"][0]
        request = urllib.request.Request(
            f"{self.url}api/session",
            json.dumps({"initData": init_data}).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return str(json.load(answer)["token"])
