"""What a person can do on the page besides writing, and what the page renders."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitor
from tests.browser.test_page import violations

RICH = """# Sum

$$\\sum_{i=1}^n i = \\frac{n(n+1)}{2}$$

Inline $x^2$ with a note[^a].

<blockquote expandable>One<br>two</blockquote>

[^a]: Several *words*.
"""


def started(visitor: Visitor) -> Page:
    """The page after Start, with one message from the bot."""
    visitor.page.get_by_role("button", name="Start", exact=True).click()
    visitor.call("sendMessage", chat_id=visitor.person_id, text="a long sentence")
    expect(visitor.page.locator(".bubble", has_text="a long sentence")).to_be_visible()
    return visitor.page


def menu(page: Page, text: str, item: str) -> None:
    """Choose an item of a message's menu."""
    row = page.locator("li.row", has_text=text).first
    row.hover()
    row.locator(".message-menu button").first.click()
    page.get_by_role("menuitem", name=item).click()


def last_update_message(visitor: Visitor) -> dict[str, object]:
    """The newest message that the bot got."""
    updates = visitor.call("getUpdates", allowed_updates=["message", "message_reaction"])
    message: dict[str, object] = updates[-1].get("message") or updates[-1]["message_reaction"]
    return message


def test_reactions_quotes_and_forwards(visitor: Visitor) -> None:
    """Each from a message's menu; the bot gets the update."""
    page = started(visitor)
    visitor.call("getUpdates", allowed_updates=["message", "message_reaction"])
    menu(page, "a long sentence", "React")
    page.get_by_role("button", name="👍").click()
    expect(page.locator(".reaction")).to_have_text("👍")
    assert last_update_message(visitor)["new_reaction"] == [{"type": "emoji", "emoji": "👍"}]
    menu(page, "a long sentence", "Quote a part")
    page.get_by_role("dialog").locator("input").fill("long")
    page.get_by_role("button", name="OK").click()
    page.get_by_label("Message", exact=True).fill("why?")
    page.keyboard.press("Enter")
    expect(page.locator(".quote")).to_have_text("long")
    assert last_update_message(visitor)["quote"] == {
        "text": "long",
        "position": 2,
        "is_manual": True,
    }
    menu(page, "why?", "Forward to the bot")
    expect(page.locator(".forwarded")).to_be_visible()
    assert "forward_origin" in last_update_message(visitor)


def test_places_polls_and_albums(visitor: Visitor) -> None:
    """From the attachment menu; several photos are one album, and polls can be voted in."""
    page = started(visitor)
    page.get_by_role("button", name="Attach").click()
    page.get_by_role("menuitem", name="Place").click()
    page.get_by_role("button", name="OK").click()
    expect(page.locator(".bubble", has_text="41.9, 12.5")).to_be_visible()
    page.get_by_role("button", name="Attach").click()
    page.get_by_role("menuitem", name="Poll").click()
    page.get_by_role("button", name="OK").click()
    poll = page.locator(".poll")
    poll.get_by_role("button", name="Yes").click()
    expect(poll.get_by_role("button", name="Yes")).to_contain_text("1")
    page.get_by_role("button", name="Attach").click()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("menuitem", name="Photo").click()
    files = [{"name": f"{n}.png", "mimeType": "image/png", "buffer": b"x"} for n in (1, 2)]
    chooser.value.set_files(files)  # type: ignore[arg-type]
    expect(page.locator("img.photo")).to_have_count(2)
    assert "media_group_id" in last_update_message(visitor)
    page.wait_for_timeout(100)
    assert violations(page) == []


def test_formulas_are_rendered_and_footnotes_are_links(visitor: Visitor) -> None:
    """Formulas are MathML, which the browser lays out; invalid TeX is shown as written."""
    page = started(visitor)
    visitor.call("sendRichMessage", chat_id=visitor.person_id, rich_message={"markdown": RICH})
    formula = page.locator(".formula.block math")
    expect(formula).to_be_visible()
    box = formula.bounding_box()
    assert box is not None
    assert box["height"] > 30
    expect(page.locator("p .formula math")).to_be_visible()
    page.locator(".rich sup button").click()
    expect(page.locator("[data-reference]")).to_be_in_viewport()
    expect(page.locator(".rich blockquote")).to_contain_text("two")
    broken = {"markdown": "$$\\frac{$$"}
    visitor.call("sendRichMessage", chat_id=visitor.person_id, rich_message=broken)
    expect(page.locator(".rich pre")).to_contain_text("\\frac{")
    assert violations(page) == []


def test_paid_media_are_unlocked(visitor: Visitor) -> None:
    """With Unlock, for Stars."""
    page = started(visitor)
    visitor.act({"type": "topUp", "personId": visitor.person_id, "stars": 10})
    photo = visitor.act(
        {
            "type": "sendFile",
            "personId": visitor.person_id,
            "kind": "photo",
            "fileName": "a.png",
            "mediaType": "image/png",
            "data": "eA==",
        }
    )
    assert photo is not None
    sent = visitor.call("getUpdates")[-1]["message"]["photo"][0]["file_id"]
    media = [{"type": "photo", "media": sent}]
    visitor.call("sendPaidMedia", chat_id=visitor.person_id, star_count=5, media=media)
    page.get_by_role("button", name="Unlock for 5 ★").click()
    expect(page.locator("img.photo")).to_have_count(2)
