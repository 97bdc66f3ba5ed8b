"""The Mini App offline: it opens, the last chats can be read, questions wait."""

import json
from typing import Any
from uuid import UUID

from playwright.sync_api import Page, expect

from backend.i18n import translator
from tests.browser.people import ANSWER_MS, Telegram, ask, composer, wait_for_answer, wait_until
from tests.browser.server import Server
from tests.browser.shop import Customer, open_settings
from tests.browser.test_app_page import open_on_phone

say = translator("en")
QUESTION = "Please remember the word periwinkle."

KEPT = """async () => {
  const opening = indexedDB.open("tanya");
  await new Promise((done) => { opening.onsuccess = done; });
  if (!opening.result.objectStoreNames.length) return {};
  const records = opening.result.transaction("sealed").objectStore("sealed");
  const [names, values] = [records.getAllKeys(), records.getAll()];
  await new Promise((done) => { values.onsuccess = done; });
  opening.result.close();
  const text = (bytes) => String.fromCharCode(...bytes);
  return Object.fromEntries(names.result.map((name, at) => [name, text(values.result[at])]));
}"""
CACHED = """async () => {
  const found = {};
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      found[request.url] = await (await cache.match(request))?.text();
    }
  }
  return found;
}"""


def stored_records(page: Page) -> dict[str, str]:
    """The device's sealed records, by name."""
    found: dict[str, str] = page.evaluate(KEPT)
    return found


def has_stored_thread(page: Page) -> bool:
    """Whether a conversation is stored on the device."""
    return any("thread:" in name for name in stored_records(page))


def cached(page: Page) -> dict[str, str]:
    """The service worker's cache, by address."""
    found: dict[str, str] = page.evaluate(CACHED)
    return found


def shell_is_cached(page: Page) -> bool:
    """Whether the service worker is active and has cached the texts."""
    return any("/texts/" in url for url in cached(page))


def answered_and_stored(page: Page, server: Server) -> Customer:
    """A person whose question was answered, with everything stored on the device."""
    person, app = open_on_phone(page, server)
    ask(app, QUESTION)
    wait_for_answer(app)
    wait_until(lambda: has_stored_thread(page) and shell_is_cached(page))
    return person


def messages(person: Customer) -> list[dict[str, Any]]:
    """All messages that the server has of a person."""
    conversations = person.call("GET", "conversations")["items"]
    trees = [person.call("GET", f"conversations/{one['id']}/messages") for one in conversations]
    return [message for tree in trees for message in tree["items"]]


def test_the_last_chats_can_be_read_offline(server: Server, page: Page) -> None:
    """The shell opens, shows that it is offline, and shows the list and the conversation."""
    answered_and_stored(page, server)
    page.goto("about:blank")
    page.context.set_offline(True)
    page.goto(f"{server.url}app")
    # Opened with the tab's own launch data, as a reload does.
    expect(page.locator(".banner")).to_contain_text(say("app.offline"))
    page.get_by_role("button", name=say("app.chats.open")).click()
    expect(page.locator(".row-words")).not_to_be_empty()
    page.get_by_role("navigation").locator("li button").first.click()
    expect(page.get_by_role("article").filter(has_text=QUESTION)).to_be_visible()
    expect(page.locator("article.assistant .answer")).not_to_be_empty()
    page.context.set_offline(False)
    expect(page.locator(".banner")).to_have_count(0)


def test_an_offline_question_is_sent_once(server: Server, page: Page) -> None:
    """Written offline, it survives closing the page, and the server gets it once."""
    person = answered_and_stored(page, server)
    page.context.set_offline(True)
    composer(page.main_frame).fill("And what is a periwinkle?")
    page.locator(".send").click()
    question = page.get_by_role("article").filter(has_text="And what is a periwinkle?")
    expect(question).to_contain_text(say("app.send.queued"))
    page.reload()
    page.get_by_role("button", name=say("app.chats.open")).click()
    page.get_by_role("navigation").locator("li button").first.click()
    expect(question).to_contain_text(say("app.send.queued"))
    page.context.set_offline(False)
    expect(page.locator("article.assistant[aria-busy=false]")).to_have_count(2, timeout=ANSWER_MS)
    asked = [one["text"] for one in messages(person) if one["role"] == "user"]
    assert sorted(asked) == ["And what is a periwinkle?", QUESTION]


def test_nothing_private_is_stored_unsealed(server: Server, page: Page) -> None:
    """The caches only contain public files, under addresses without launch data; the rest is
    sealed."""
    answered_and_stored(page, server)
    page.reload()  # through the service worker, with the launch in its address
    expect(composer(page.main_frame)).to_be_visible()
    found = cached(page)
    for url, body in found.items():
        assert url.removeprefix(server.url).split("/")[0] in ("app", "static", "texts"), url
        assert "?" not in url
        assert "tgWebApp" not in url
        assert "periwinkle" not in body
    assert f"{server.url}app" in found
    sealed = stored_records(page)
    assert sealed
    assert all("periwinkle" not in record for record in sealed.values())


def test_a_temporary_chat_leaves_nothing_on_the_device(server: Server, page: Page) -> None:
    """It is not available offline."""
    answered_and_stored(page, server)
    before = stored_records(page).keys()
    page.locator(".bar .icon-button").last.click()
    page.locator(".composer-row .icon-button").first.click()
    page.get_by_role("switch", name=say("app.temporary")).click()
    page.keyboard.press("Escape")
    ask(page.main_frame, "This stays between us.")
    wait_for_answer(page.main_frame)
    page.wait_for_timeout(3_000)
    assert {UUID(name.split(":")[1]).version for name in stored_records(page) if ":" in name} == {7}
    assert stored_records(page).keys() == before


def test_signing_out_everywhere_clears_the_device(telegram: Telegram) -> None:
    """This page is signed out and its storage is empty; a new launch loads the chats."""
    page = telegram.page
    telegram.press_start()
    app = telegram.open_app()
    ask(app, QUESTION)
    wait_for_answer(app)
    wait_until(lambda: has_stored_thread(page))
    open_settings(app)
    app.locator("[data-opens='data']").click()
    app.get_by_role("button", name=say("app.sessions.endAll")).click()
    page.get_by_role("button", name=say("app.sessions.endAll.yes"), exact=True).click()
    expect(app.get_by_text(say("error.launch_before_sign_out.title"))).to_be_visible()
    assert stored_records(page) == {}
    page.get_by_role("button", name="Close", exact=True).first.click()
    page.wait_for_timeout(2_000)  # launches differ only by the second
    app = telegram.open_app()
    app.get_by_role("button", name=say("app.chats.open")).click()
    expect(app.get_by_role("navigation").locator("li")).to_have_count(1)


def test_another_device_is_cleared_after_a_sign_out(server: Server, page: Page) -> None:
    """Once it reaches the server, its storage from before the sign-out is deleted."""
    person = answered_and_stored(page, server)
    person.call("DELETE", "sessions")
    page.reload()
    expect(page.get_by_text(say("error.launch_before_sign_out.title"))).to_be_visible()
    wait_until(lambda: stored_records(page) == {})


def test_the_key_is_in_telegrams_secure_storage(telegram: Telegram) -> None:
    """Where there is a keychain, the key is stored there and not in the tab, so that it survives
    the tab."""
    telegram.press_start()
    app = telegram.open_app()
    ask(app, QUESTION)
    wait_for_answer(app)
    wait_until(lambda: has_stored_thread(telegram.page))
    telegram.page.get_by_role("button", name="Close", exact=True).first.click()
    telegram.page.route("**/api/**", lambda route: route.abort())
    telegram.page.evaluate("sessionStorage.clear()")
    app = telegram.open_app()
    app.get_by_role("button", name=say("app.chats.open")).click()
    app.get_by_role("navigation").locator("li button").first.click()
    expect(app.get_by_role("article").filter(has_text=QUESTION)).to_be_visible()


def test_a_new_release_replaces_the_old_shell(server: Server, page: Page) -> None:
    """Bundles of the old release are deleted; those of the page are complete."""
    person, _ = open_on_phone(page, server)
    wait_until(lambda: shell_is_cached(page))
    page.evaluate(
        "async () => (await caches.open('tanya-shell')).put('/static/app-OLD.js', new Response(''))"
    )
    # As the browser does when the file has changed.
    page.evaluate(
        "async () => (await navigator.serviceWorker.getRegistration('/app')).unregister()"
    )
    page.goto("about:blank")
    page.goto(person.launch_url())
    old = f"{server.url}static/app-OLD.js"
    wait_until(lambda: old not in cached(page))
    names = json.dumps(list(cached(page)))
    for bundle in ("app-", "deferred-", "markdown-"):
        assert f"/static/{bundle}" in names
