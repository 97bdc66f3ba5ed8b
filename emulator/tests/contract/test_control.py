"""The control API as the page uses it: launches, storage, people, and restarts."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from aiogram.utils.web_app import safe_parse_webapp_init_data as parse_init_data

from telegram_emulator.actions import (
    AdvanceClock,
    AllowWriteAccess,
    CustomMethodInvoked,
    InvokeCustomMethod,
    Launch,
    Launched,
    PressStart,
    RemovePerson,
    ResetWorld,
    Saved,
    SavePerson,
    SendText,
    SendWebAppData,
    SetUpdateFault,
    ShareContact,
    TopUp,
)
from telegram_emulator.schemas import Person
from telegram_emulator.testing import ANN, IVAN, Phone, Refused, served

DAY = timedelta(days=1)


async def launch(phone: Phone, **changes: Any) -> Launched:
    """A launch as the page requests it."""
    given: dict[str, Any] = {
        "person_id": IVAN,
        "source": "inlineButton",
        "platform": "weba",
        "version": "9.6",
        "theme_params": {"bg_color": "#ffffff"},
        "url": f"{phone.origin}/app?x=1",
        **changes,
    }
    launched = await phone.act(Launch(**given))
    assert isinstance(launched, Launched)
    return launched


async def test_a_launch_is_valid(phone: Phone) -> None:
    """Init data verifies with the bot's token, and the fragment has every parameter, encoded so
    that splitting at "=" and "&" restores it."""
    launched = await launch(
        phone,
        source="direct",
        start_param="a-b_c",
        default_colors={"bg_color": "#000000"},
        fullscreen=True,
        show_settings=True,
    )
    data = parse_init_data(phone.token, launched.init_data)
    assert data.user is not None
    assert (data.user.id, data.user.first_name, data.user.language_code) == (IVAN, "Иван", "ru")
    assert (data.start_param, data.chat_type) == ("a-b_c", "sender")
    parts = urlsplit(launched.url)
    assert parse_qs(parts.query) == {"x": ["1"], "tgWebAppStartParam": ["a-b_c"]}
    pairs = dict(pair.split("=") for pair in parts.fragment.split("&"))
    assert "+" not in parts.fragment
    fragment = {key: values[0] for key, values in parse_qs(parts.fragment).items()}
    assert set(pairs) == set(fragment)
    assert fragment["tgWebAppData"] == launched.init_data
    assert json.loads(fragment["tgWebAppThemeParams"]) == {"bg_color": "#ffffff"}
    assert json.loads(fragment["tgWebAppDefaultColors"]) == {"bg_color": "#000000"}
    assert fragment["tgWebAppPlatform"] == "weba"
    assert fragment["tgWebAppFullscreen"] == fragment["tgWebAppShowSettings"] == "1"


async def test_launches_that_a_server_must_refuse(phone: Phone) -> None:
    """Keyboard launches identify nobody; forged and stale ones are made on request."""
    assert (await launch(phone, source="keyboard")).init_data == ""
    with pytest.raises(ValueError, match="Invalid init data"):
        parse_init_data(phone.token, (await launch(phone, forged=True)).init_data)
    stale = parse_init_data(phone.token, (await launch(phone, age_seconds=90_000)).init_data)
    assert phone.emulator.clock() - stale.auth_date > DAY
    with pytest.raises(Refused):
        await launch(phone, source="menu", url=None)  # no menu button opens an app yet


async def test_limits_of_cloud_storage(phone: Phone) -> None:
    """1024 keys, names of 128 characters, values of 4096; people do not see each other's values."""

    async def invoke(method: str, person: int = ANN, **params: Any) -> CustomMethodInvoked:
        result = await phone.act(InvokeCustomMethod(person, method, params))
        assert isinstance(result, CustomMethodInvoked)
        return result

    assert (await invoke("saveStorageValue", key="k", value="v")).result is True
    assert (await invoke("getStorageValues", keys=["k", "no"])).result == {"k": "v", "no": ""}
    assert (await invoke("getStorageValues", IVAN, keys=["k"])).result == {"k": ""}
    assert (await invoke("saveStorageValue", key="k" * 129, value="")).error == "KEY_INVALID"
    assert (await invoke("saveStorageValue", key="k", value="v" * 4097)).error == "VALUE_INVALID"
    phone.emulator.hub.world.storage[ANN] |= {f"n{number}": "x" for number in range(1023)}
    assert (await invoke("saveStorageValue", key="more", value="x")).error == "QUOTA_EXCEEDED"
    assert (await invoke("deleteStorageValues", keys=["k"])).result is True
    assert len((await invoke("getStorageKeys")).result) == 1023
    earliest = phone.emulator.hub.clock.timestamp()
    told = (await invoke("getCurrentTime")).result
    assert earliest <= told <= phone.emulator.hub.clock.timestamp()
    assert (await invoke("getRequestedContact")).result == ""
    await phone.act(ShareContact(ANN))
    assert "contact=" in (await invoke("getRequestedContact")).result
    assert (await invoke("getEverything")).error == "METHOD_INVALID"


async def test_an_apps_permissions_and_data(phone: Phone) -> None:
    """Write access lets the bot write to a person who never pressed Start; sendData arrives."""
    bot = phone.bot()
    await phone.act(AllowWriteAccess(IVAN))
    await bot.send_message(IVAN, "Hello")
    await phone.act(SendWebAppData(IVAN, "Open", "{}"))
    allowed, data = await bot.get_updates()
    assert allowed.message is not None
    assert allowed.message.write_access_allowed is not None
    assert data.message is not None
    assert data.message.web_app_data is not None
    with pytest.raises(Refused):
        await phone.act(SendWebAppData(IVAN, "Open", "x" * 4097))
    await bot.session.close()


async def test_people_are_added_and_removed(phone: Phone) -> None:
    """A new person gets an id, a chat and a wallet; nothing remains of a removed one."""
    saved = await phone.act(SavePerson(Person(0, "Mei", language_code="zh-hans")))
    assert isinstance(saved, Saved)
    await phone.act(PressStart(saved.person.id))
    await phone.act(RemovePerson(saved.person.id))
    state = await phone.state()
    assert len(state["people"]) == len(state["chats"]) == len(state["wallets"]) == 3
    assert state["webhook"]["waiting"] == 0
    with pytest.raises(Refused):
        await phone.act(SendText(saved.person.id, "x"))
    with pytest.raises(Refused):
        await phone.act(SavePerson(Person(0, " ")))


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"{", {"Content-Type": "application/json"}, 400),
        (b'{"type":"fly"}', {"Content-Type": "application/json"}, 400),
        (b'{"type":"topUp","personId":1}', {"Content-Type": "application/json"}, 400),
        (b'{"type":"clearFaults"}', {"Content-Type": "text/plain"}, 415),
        (
            b'{"type":"clearFaults"}',
            {"Content-Type": "application/json", "Sec-Fetch-Site": "cross-site"},
            403,
        ),
    ],
)
async def test_invalid_actions_are_problems(
    phone: Phone, body: bytes, headers: dict[str, str], status: int
) -> None:
    """Malformed actions and foreign pages get problem details."""
    url = f"{phone.origin}/emulator/actions"
    async with phone.http.post(url, data=body, headers=headers) as response:
        assert response.status == status
        assert response.headers["Content-Type"] == "application/problem+json"


async def test_events_match_the_state(phone: Phone) -> None:
    """After a snapshot's revision nothing is missed; an unknown revision gets a reset."""
    after = (await phone.state())["revision"]
    await phone.act(TopUp(ANN, 5))
    await phone.act(PressStart(ANN))
    kinds: list[str] = []
    url = f"{phone.origin}/emulator/events?after={after}"
    async with asyncio.timeout(30), phone.http.get(url) as response:
        async for line in response.content:
            if line.startswith(b"data: "):
                kinds.append(json.loads(line[6:])["type"])
            if kinds.count("traffic") == 2:
                break
    assert kinds == ["wallet", "bot", "traffic", "chat", "message", "traffic"]
    async with asyncio.timeout(30), phone.http.get(url, headers={"Last-Event-ID": "3"}) as response:
        lines = [await response.content.readline() for _ in range(2)]
    assert json.loads(lines[1][6:])["type"] == "reset"


async def test_the_state_survives_a_restart(tmp_path: Path) -> None:
    """Chats, wallets, waiting updates, faults, files and the clock are restored; a reset clears
    them."""
    async with served(tmp_path) as phone:
        await phone.act(PressStart(ANN))
        await phone.act(SendText(ANN, "remember"))
        await phone.act(TopUp(ANN, 77))
        await phone.act(AdvanceClock(seconds=3600))
        await phone.act(SetUpdateFault("lost", 3))
        before = await phone.state()
    async with served(tmp_path) as phone:
        after = await phone.state()
        for name in ("people", "chats", "wallets", "faults", "webhook", "bot"):
            assert after[name] == before[name]
        assert after["clock"]["aheadSeconds"] == 3600
        assert after["revision"] > before["revision"]
        bot = phone.bot()
        assert len(await bot.get_updates()) == 2
        await bot.session.close()
        await phone.act(ResetWorld())
        assert (await phone.state())["chats"][0]["messages"] == []


async def test_an_unreadable_state_file_is_kept_aside(tmp_path: Path) -> None:
    """A broken file does not prevent a start, and is not deleted."""
    (tmp_path / "world.json").write_text("{broken")
    async with served(tmp_path) as phone:
        assert len((await phone.state())["people"]) == 3
    assert [path.read_text() for path in tmp_path.glob("*.broken-*.json")] == ["{broken"]
