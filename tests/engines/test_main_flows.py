"""What everybody does with the Mini App, in Firefox and in WebKit: the gallery's server answers."""

from collections.abc import Iterator

import pytest

from tests.browser.person import Person
from tests.browser.server import Server
from tests.browser.test_every_screen import AXE, RUN, WIDER
from tests.engines import firefox, webkit
from tests.engines.engine import Engine
from tests.engines.firefox import Firefox
from tests.engines.webkit import WebKit
from tests.gallery.scene import PROVIDER, QUESTION, server

ENGINES = {"firefox": (firefox.find, Firefox), "webkit": (webkit.find, WebKit)}
SENT = '.send[data-does="send"]'
DONE = "article.assistant[aria-busy=false]"


@pytest.fixture(scope="module")
def shown() -> Iterator[Server]:
    """The gallery's server."""
    with server() as made:
        yield made


@pytest.fixture(scope="module", params=[name for name, (find, _) in ENGINES.items() if find()])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Each of those that are installed here."""
    _, make = ENGINES[request.param]
    made = make()
    yield made
    made.close()


@pytest.fixture
def opened(engine: Engine, shown: Server) -> Person:
    """The app of a newcomer on a phone's screen, ready to be asked."""
    person = Person(shown.url)
    person.call("PUT", f"consents/{PROVIDER}")
    engine.resize(390, 844)
    # With another fragment alone the browser would stay on the page.
    engine.open("about:blank")
    engine.open(person.launch_url())
    engine.wait_for(".model-pill:not([data-unknown])")
    return person


def ask(engine: Engine, answers: int = 1) -> None:
    """The gallery's question, to the model that has its answer, until it is answered."""
    engine.press(".model-pill")
    engine.wait_for("dialog.sheet")
    engine.evaluate("""() => [...document.querySelectorAll("[role=radio]")]
      .find((one) => one.textContent.includes("Example Pro")).click()""")
    engine.wait_for("dialog.sheet", 0)
    engine.write(".composer-text", QUESTION["en"])
    engine.wait_for(SENT)
    engine.press(SENT)
    engine.wait_for(DONE, answers)


def test_a_question_is_answered_and_found_again(engine: Engine, opened: Person) -> None:
    """Typed and sent; the answer is drawn with its table, its sources and its thoughts; after a
    reload it stands there still, and in the list."""
    ask(engine)
    engine.wait_for(".answer .table")
    engine.wait_for(".thought")
    assert engine.count(".answer a.cite") == 2
    engine.evaluate("() => location.reload()")
    engine.wait_for(DONE)
    assert "Miradouro" in engine.text(".answer")
    engine.press(".bar .icon-button")
    engine.wait_for(".drawer.open .row")


def test_nothing_is_too_wide_or_a_barrier(engine: Engine, opened: Person) -> None:
    """On a phone's screen: the welcome, an answer, and the settings."""
    engine.evaluate(f"() => {{ {AXE} }}")

    def judge(where: str) -> None:
        assert engine.evaluate(WIDER) == [], where
        assert engine.evaluate(RUN) == [], where

    judge("welcome")
    ask(engine)
    judge("answer")
    engine.press(".bar .icon-button")
    engine.wait_for(".drawer.open .row")
    engine.press(".drawer-head .icon-button")
    engine.wait_for(".field[data-opens=usage]")
    judge("settings")


def test_a_language_is_chosen(engine: Engine, opened: Person) -> None:
    """Arabic turns the page, and stays after a reload."""
    engine.press(".bar .icon-button")
    engine.wait_for(".drawer.open")
    engine.press(".drawer-head .icon-button")
    engine.wait_for(".field[data-opens=language]")
    engine.press(".field[data-opens=language]")
    engine.wait_until(lambda: engine.count(".field") > 10, "the languages")
    engine.evaluate("""() => [...document.querySelectorAll("label.field")]
      .find((one) => one.textContent.includes("العربية")).click()""")
    direction = "() => document.documentElement.dir"
    engine.wait_until(lambda: engine.evaluate(direction) == "rtl", "the other direction")
    engine.evaluate("() => location.reload()")
    engine.wait_for(".model-pill:not([data-unknown])")
    engine.wait_until(lambda: engine.evaluate(direction) == "rtl", "it after a reload")


def test_a_picture_is_dropped_and_sent(engine: Engine, opened: Person) -> None:
    """It is uploaded, stands above the text, and then over the question."""
    engine.evaluate("""async () => {
      const canvas = Object.assign(document.createElement("canvas"), { width: 40, height: 30 });
      canvas.getContext("2d").fillRect(0, 0, 40, 30);
      const picture = await new Promise((done) => canvas.toBlob(done, "image/png"));
      const held = new DataTransfer();
      held.items.add(new File([picture], "dot.png", { type: "image/png" }));
      const event = new DragEvent("drop", { dataTransfer: held, bubbles: true, cancelable: true });
      document.querySelector(".composer-text").dispatchEvent(event);
    }""")
    engine.wait_for(".picked .file")
    engine.wait_for(".picked [aria-busy=true]", 0)
    ask(engine)
    engine.wait_for("article.user .picture img")


def test_what_is_kept_opens_the_shell(engine: Engine, opened: Person) -> None:
    """The service worker has the app's files; where the engine gives a page none, it says so."""
    kept = engine.evaluate("""async () => {
      if (!navigator.serviceWorker) return null;
      await navigator.serviceWorker.ready;
      return (await (await caches.open("tanya-shell")).keys()).length;
    }""")
    assert kept is None or kept > 2
