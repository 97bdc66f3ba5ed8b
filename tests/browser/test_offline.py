"""The Mini App without a network: it opens, the last chats can be read, questions wait."""

import json
from typing import Any
from uuid import UUID

from playwright.sync_api import Page, expect

from backend.i18n import translator
from tests.browser.conftest import Server
from tests.browser.people import ANSWER_MS, Telegram, ask, composer, wait_for_answer, wait_until
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


def kept(page: Page) -> dict[str, str]:
    """The device's sealed records, by name."""
    found: dict[str, str] = page.evaluate(KEPT)
    return found


def kept_thread(page: Page) -> bool:
    """Whether a conversation has been written down."""
    return any("thread:" in name for name in kept(page))


def cached(page: Page) -> dict[str, str]:
    """What the service worker keeps, by its address."""
    found: dict[str, str] = page.evaluate(CACHED)
    return found


def shell_is_kept(page: Page) -> bool:
    """Whether the service worker is in place, with the texts too."""
    return any("/texts/" in url for url in cached(page))


def at_home_with_a_chat(page: Page, server: Server) -> Customer:
    """A person whose question was answered, with all of it kept on the device."""
    person, app = open_on_phone(page, server)
    ask(app, QUESTION)
    wait_for_answer(app)
    wait_until(lambda: kept_thread(page) and shell_is_kept(page))
    return person


def messages(person: Customer) -> list[dict[str, Any]]:
    """All messages that the server has of a person."""
    conversations = person.call("GET", "conversations")["items"]
    trees = [person.call("GET", f"conversations/{one['id']}/messages") for one in conversations]
    return [message for tree in trees for message in tree["items"]]


def test_the_last_chats_can_be_read_without_a_network(server: Server, page: Page) -> None:
    """The shell opens, says that it is offline, and shows the list and the conversation."""
    at_home_with_a_chat(page, server)
    page.goto("about:blank")
    page.context.set_offline(True)
    page.goto(f"{server.url}app")
    # Opened from the tab's own launch, as a reload is.
    expect(page.locator(".banner")).to_contain_text(say("app.offline"))
    page.get_by_role("button", name=say("app.chats.open")).click()
    page.get_by_role("navigation").locator("li button").first.click()
    expect(page.get_by_role("article").filter(has_text=QUESTION)).to_be_visible()
    expect(page.locator("article.assistant .answer")).not_to_be_empty()
    page.context.set_offline(False)
    expect(page.locator(".banner")).to_have_count(0)


def test_a_question_waits_for_the_network_and_goes_out_once(server: Server, page: Page) -> None:
    """Written without a network, it outlives the page, and the server gets it a single time."""
    person = at_home_with_a_chat(page, server)
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


def test_nothing_private_is_kept_in_the_open(server: Server, page: Page) -> None:
    """The caches hold what everybody gets, under addresses without a launch; the rest is sealed."""
    at_home_with_a_chat(page, server)
    page.reload()  # through the service worker, with the launch in its address
    expect(composer(page.main_frame)).to_be_visible()
    found = cached(page)
    for url, body in found.items():
        assert url.removeprefix(server.url).split("/")[0] in ("app", "static", "texts"), url
        assert "?" not in url
        assert "tgWebApp" not in url
        assert "periwinkle" not in body
    assert f"{server.url}app" in found
    sealed = kept(page)
    assert sealed
    assert all("periwinkle" not in record for record in sealed.values())


def test_a_temporary_chat_leaves_nothing_on_the_device(server: Server, page: Page) -> None:
    """It is not among what can be read later."""
    at_home_with_a_chat(page, server)
    before = kept(page).keys()
    page.locator(".bar .icon-button").last.click()
    page.locator(".composer-row .icon-button").first.click()
    page.get_by_role("switch", name=say("app.temporary")).click()
    page.keyboard.press("Escape")
    ask(page.main_frame, "This stays between us.")
    wait_for_answer(page.main_frame)
    page.wait_for_timeout(3_000)
    assert {UUID(name.split(":")[1]).version for name in kept(page) if ":" in name} == {7}
    assert kept(page).keys() == before


def test_signing_out_everywhere_empties_the_device(telegram: Telegram) -> None:
    """This page is shown the door and nothing is kept any more; a new launch finds the chats."""
    page = telegram.page
    telegram.press_start()
    app = telegram.open_app()
    ask(app, QUESTION)
    wait_for_answer(app)
    wait_until(lambda: kept_thread(page))
    open_settings(app)
    app.locator("[data-opens='data']").click()
    app.get_by_role("button", name=say("app.sessions.endAll")).click()
    page.get_by_role("button", name=say("app.sessions.endAll.yes"), exact=True).click()
    expect(app.get_by_text(say("error.launch_before_sign_out.title"))).to_be_visible()
    assert kept(page) == {}
    page.get_by_role("button", name="Close", exact=True).first.click()
    page.wait_for_timeout(2_000)  # launches are told apart by seconds
    app = telegram.open_app()
    app.get_by_role("button", name=say("app.chats.open")).click()
    expect(app.get_by_role("navigation").locator("li")).to_have_count(1)


def test_another_device_forgets_when_it_hears_of_it(server: Server, page: Page) -> None:
    """What was kept before a sign-out elsewhere is gone once the server is reached."""
    person = at_home_with_a_chat(page, server)
    person.call("DELETE", "sessions")
    page.reload()
    expect(page.get_by_text(say("error.launch_before_sign_out.title"))).to_be_visible()
    wait_until(lambda: kept(page) == {})


def test_the_key_lies_in_telegrams_secure_storage(telegram: Telegram) -> None:
    """Where there is a keychain, the key is there and not in the tab, so that it outlives it."""
    telegram.press_start()
    app = telegram.open_app()
    ask(app, QUESTION)
    wait_for_answer(app)
    wait_until(lambda: kept_thread(telegram.page))
    telegram.page.get_by_role("button", name="Close", exact=True).first.click()
    telegram.page.route("**/api/**", lambda route: route.abort())
    telegram.page.evaluate("sessionStorage.clear()")
    app = telegram.open_app()
    app.get_by_role("button", name=say("app.chats.open")).click()
    app.get_by_role("navigation").locator("li button").first.click()
    expect(app.get_by_role("article").filter(has_text=QUESTION)).to_be_visible()


def test_a_new_release_takes_the_old_shells_place(server: Server, page: Page) -> None:
    """Bundles of a release that is gone are forgotten; the page's own are all there."""
    person, _ = open_on_phone(page, server)
    wait_until(lambda: shell_is_kept(page))
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
