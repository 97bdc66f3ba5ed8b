"""Widgets on the page: drawn in a sandbox, asking the bot, without a network."""

from playwright.sync_api import expect

from tests.browser.conftest import Visitor
from tests.browser.test_page import violations

HTML = """
<h3>Count</h3>
<button id="tap">Tap</button><p id="told"></p><p id="reached"></p>
<script>
document.getElementById("tap").onclick = () =>
  TelegramWidget.request("tap").then(
    (answer) => (document.getElementById("told").textContent = answer.result),
    (error) => (document.getElementById("told").textContent = "failed: " + error.message),
  );
fetch("/emulator/state").then(
  () => (document.getElementById("reached").textContent = "reached"),
  () => (document.getElementById("reached").textContent = "no network"),
);
try { top.document.title = "changed"; } catch { document.body.dataset.apart = "yes"; }
</script>
"""


def test_a_widget_asks_the_bot_and_reaches_nothing_else(visitor: Visitor) -> None:
    """What it asks for is answered to it; it has neither the network nor the page; a query that the
    bot may not get is refused."""
    page = visitor.page
    visitor.act({"type": "pressStart", "personId": visitor.person_id})
    message = visitor.call("sendWidget", chat_id=visitor.person_id, html=HTML, allow_queries=True)
    frame = page.frame_locator("iframe.widget")
    expect(frame.get_by_role("heading", name="Count")).to_be_visible()
    expect(frame.locator("#reached")).to_have_text("no network")
    expect(frame.locator("body[data-apart]")).to_have_count(1)
    visitor.call("getUpdates", offset=-1)
    frame.get_by_role("button", name="Tap").click()
    query = visitor.update("widget_query")
    assert (query["data"], query["message_id"]) == ("tap", message["message_id"])
    visitor.call("answerWidgetQuery", widget_query_id=query["id"], data="one & <two>")
    expect(frame.locator("#told")).to_have_text("one & <two>")
    box = page.locator("iframe.widget").bounding_box()
    assert box is not None
    assert 50 < box["height"] <= 600
    assert violations(page) == []


def test_a_widget_without_queries_is_refused(visitor: Visitor) -> None:
    """The request fails in the widget, and the page says why."""
    visitor.act({"type": "pressStart", "personId": visitor.person_id})
    visitor.call("sendWidget", chat_id=visitor.person_id, html=HTML)
    frame = visitor.page.frame_locator("iframe.widget")
    frame.get_by_role("button", name="Tap").click()
    expect(frame.locator("#told")).to_have_text("failed: WIDGET_QUERY_FORBIDDEN")
