"""`tanya telegram setup`: what Telegram is told, and what is left for BotFather.

Exercises backend/bot/account/own_settings.py.
"""

import json
import socket
import threading
from pathlib import Path
from typing import Any

import pytest

from backend.bot.inbox.updates import ALLOWED_UPDATES
from backend.bot.inbox.webhook import webhook_secret
from backend.bot.setup import run_setup, set_up
from backend.db import new_master_key
from backend.errors import BotSetupFailed
from backend.i18n import languages
from backend.settings import Settings
from tests.fixtures.ports import free_port
from tests.unit.bot.telegram import BAD, OK, TOKEN, Scripted, bot_with

PUBLIC = "https://tanya.example"


def me(**more: Any) -> tuple[int, str]:
    """getMe's answer."""
    user = {"id": 5, "is_bot": True, "first_name": "Tanya", "username": "tanya_bot", **more}
    return 200, json.dumps({"ok": True, "result": user})


def production(tmp_path: Path) -> Settings:
    """Settings of a server at Telegram."""
    return Settings(
        bot_token=TOKEN,
        mode="production",
        public_url=PUBLIC,
        data_dir=tmp_path,
        master_key=new_master_key(),
    )


async def setting_up(
    settings: Settings, *, old: bool = False, **more: Any
) -> tuple[Scripted, list[str]]:
    """What was called and said; an `old` server has no setMySettings."""
    session = Scripted(
        me(**more),
        then=lambda call: BAD if old and call.__api_method__ == "setMySettings" else OK,
    )
    said = [line async for line in set_up(bot_with(session), settings)]
    return session, said


def calls(session: Scripted, name: str) -> list[Any]:
    """The calls of one method."""
    return [call for call in session.calls if call.__api_method__ == name]


async def test_telegram_is_told_everything(tmp_path: Path) -> None:
    """Commands and descriptions in every language by its two letters, English as the default; the
    menu button."""
    session, _ = await setting_up(production(tmp_path))
    codes = [None if language == "en" else language[:2] for language in languages()]
    limits = {"setMyDescription": 512, "setMyShortDescription": 120}
    for name in limits:
        assert [call.language_code for call in calls(session, name)] == codes
    for in_groups in (False, True):
        commands = [c for c in calls(session, "setMyCommands") if bool(c.scope) is in_groups]
        assert [call.language_code for call in commands] == codes
    for name, longest in limits.items():
        for call in calls(session, name):
            assert 0 < len(getattr(call, "description", None) or call.short_description) <= longest
    (menu,) = calls(session, "setChatMenuButton")
    assert menu.menu_button.web_app.url == f"{PUBLIC}/app"


async def test_the_webhook_has_its_secret_and_drops_nothing(tmp_path: Path) -> None:
    """Payments may be waiting; and every kind that Tanya handles is asked for by name."""
    settings = production(tmp_path)
    session, said = await setting_up(settings)
    (webhook,) = calls(session, "setWebhook")
    assert webhook.url == f"{PUBLIC}/telegram/webhook"
    assert webhook.secret_token == webhook_secret(settings)
    assert webhook.allowed_updates == ALLOWED_UPDATES
    assert not webhook.drop_pending_updates
    assert webhook_secret(settings) not in "\n".join(said)
    assert settings.bot_token not in "\n".join(said)


async def test_what_is_left_for_botfather_is_said(tmp_path: Path) -> None:
    """Mini App, privacy policy, Stars; groups where they are off, threads where they are on."""
    _, said = await setting_up(production(tmp_path))
    text = "\n".join(said)
    for words in ("@tanya_bot", "@BotFather", f"{PUBLIC}/app", f"{PUBLIC}/privacy", "Stars"):
        assert words in text
    assert "15%" not in text
    assert "/setjoingroups" not in text
    assert "/setinline" not in text
    on = {"has_topics_enabled": True, "can_join_groups": False}
    _, said = await setting_up(production(tmp_path), old=True, **on)
    for words in ("15%", "/setjoingroups", "/setinlinefeedback"):
        assert words in "\n".join(said)


async def test_settings_are_made_where_telegram_can(tmp_path: Path) -> None:
    """Inline mode with word of every choice and guest mode on, and groups; topics, which cost
    15% more, stay as they are, and that is said."""
    session, said = await setting_up(production(tmp_path), has_topics_enabled=True)
    (call,) = calls(session, "setMySettings")
    assert call.supports_inline_queries
    assert call.inline_feedback_share_denominator == 1
    assert call.supports_guest_queries
    assert call.can_join_groups
    assert "15%" in "\n".join(said)


async def test_local_mode_needs_no_webhook(tmp_path: Path) -> None:
    """It is taken away, so that polling is not refused, and nothing waiting is lost."""
    session, said = await setting_up(Settings(data_dir=tmp_path, bot_token=TOKEN))
    assert calls(session, "setWebhook") == []
    (gone,) = calls(session, "deleteWebhook")
    assert not gone.drop_pending_updates
    assert "BotFather" not in "\n".join(said)


def test_an_unreachable_telegram_is_one_word(tmp_path: Path) -> None:
    """No traceback: an error with its code."""
    with pytest.raises(BotSetupFailed):
        run_setup(Settings(data_dir=tmp_path, bot_token=TOKEN, port=free_port()), print)


def test_a_strange_answer_is_one_word_too(tmp_path: Path) -> None:
    """As a proxy's page in place of JSON."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            connection, _ = listening.accept()
            connection.recv(65536)
            page = b"<html>Bad Gateway</html>"
            connection.sendall(
                b"HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\n"
                b"Content-Length: %d\r\n\r\n%s" % (len(page), page)
            )
            connection.close()

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(BotSetupFailed):
            run_setup(
                Settings(data_dir=tmp_path, bot_token=TOKEN, port=listening.getsockname()[1]), print
            )
        thread.join()
