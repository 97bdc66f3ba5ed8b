"""A person who is served: /start in the chat, then a question in the Mini App."""

import json
import time
import urllib.request
from datetime import UTC, datetime
from typing import Any, Final

import click
import msgspec

from backend.bot.inbox.updates import ALLOWED_UPDATES
from backend.identity.init_data import TelegramUser, sign
from backend.uuid7 import uuid7

PERSON: Final = 800_000_001
WAIT_SECONDS: Final = 30.0


def serve_somebody(url: str, telegram: str, token: str, secret: str) -> None:
    """See that the bot greets somebody and the app answers them.

    Raises:
        click.ClickException: it does not.
    """
    # Telegram reaches the server by its address here: the guide's domain is nobody's.
    hook = _call(f"{telegram}/bot{token}/getWebhookInfo", {})["result"]
    if not hook["url"]:
        raise click.ClickException("`tanya telegram setup` has set no webhook")
    body = {"url": f"{url}/telegram/webhook", "secret_token": secret}
    _call(f"{telegram}/bot{token}/setWebhook", body | {"allowed_updates": ALLOWED_UPDATES})
    person = {"id": PERSON, "firstName": "Ann", "languageCode": "en"}
    _call(f"{telegram}/emulator/actions", {"type": "savePerson", "person": person})
    _call(f"{telegram}/emulator/actions", {"type": "pressStart", "personId": PERSON})
    _await_word(telegram)
    _ask(url, token)


def _await_word(telegram: str) -> None:
    until = time.monotonic() + WAIT_SECONDS
    while "Hello, Ann!" not in _state(telegram):
        if time.monotonic() > until:
            raise click.ClickException("the bot greeted nobody")
        time.sleep(0.1)


def _ask(url: str, token: str) -> None:
    user = TelegramUser(id=PERSON, first_name="Ann", language_code="en")
    launch = {
        "user": msgspec.json.encode(user).decode(),
        "auth_date": str(int(datetime.now(UTC).timestamp())),
    }
    session = _call(f"{url}/api/session", {"initData": sign(launch, token)})["token"]
    _call(f"{url}/api/consents/bench", None, session, "PUT")
    question = {"id": str(uuid7()), "text": "What is a guide?", "create": True}
    request = _request(f"{url}/api/conversations/{uuid7()}/messages", question, session, "POST")
    with urllib.request.urlopen(request, timeout=WAIT_SECONDS) as stream:
        events = [json.loads(line[5:]) for line in stream if line.startswith(b"data:")]
    if events[-1].get("state") != "complete":
        raise click.ClickException(f"the answer ended as {events[-1]}")


def _state(telegram: str) -> str:
    with urllib.request.urlopen(f"{telegram}/emulator/state", timeout=WAIT_SECONDS) as answer:
        return str(answer.read().decode())


def _call(url: str, body: Any, session: str = "", method: str = "POST") -> Any:
    with urllib.request.urlopen(_request(url, body, session, method), timeout=30) as answer:
        return json.loads(answer.read() or "null")


def _request(url: str, body: Any, session: str, method: str) -> urllib.request.Request:
    headers = {"Content-Type": "application/json"}
    if session:
        headers["Authorization"] = f"Bearer {session}"
    data = None if body is None else json.dumps(body).encode()
    return urllib.request.Request(url, data, headers, method=method)
