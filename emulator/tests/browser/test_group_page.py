"""Groups with other people and the bot, on the page."""

from playwright.sync_api import expect

from tests.browser.conftest import Visitor
from tests.browser.test_page import violations


def test_a_group_is_created_and_used(visitor: Visitor) -> None:
    """With everybody and the bot; messages and answers appear there; the bot becomes an
    administrator, and another member sees the same."""
    page = visitor.page
    page.get_by_role("button", name="Start", exact=True).click()
    page.get_by_role("button", name="Make a group").click()
    expect(page.locator(".chat-title h2")).to_have_text("Friends")
    visitor.call("getUpdates", offset=-1)
    page.get_by_label("Message", exact=True).fill("/ask@local_bot why?")
    page.keyboard.press("Enter")
    expect(page.locator(".row.outgoing", has_text="why?")).to_be_visible()
    update = visitor.call("getUpdates", timeout=5)[-1]
    group = update["message"]["chat"]["id"]
    row = [{"text": "More", "callback_data": "more"}]
    reply = {"message_id": update["message"]["message_id"]}
    visitor.call(
        "sendMessage",
        chat_id=group,
        text="Because",
        reply_parameters=reply,
        reply_markup={"inline_keyboard": [row]},
    )
    answer = page.locator(".row.incoming", has_text="Because")
    expect(answer.locator(".quote")).to_contain_text("why?")
    expect(answer.locator(".author")).to_be_visible()
    page.get_by_role("button", name="More", exact=True).click()
    query = visitor.update("callback_query")
    assert query["message"]["chat"]["id"] == group
    page.get_by_role("button", name="Chat menu").click()
    page.get_by_role("menuitem", name="Make the bot an administrator").click()
    page.get_by_role("button", name="Chat menu").click()
    expect(page.get_by_role("menuitem", name="Take the bot's rights away")).to_be_visible()
    page.keyboard.press("Escape")
    assert violations(page) == []
    page.get_by_role("button", name="Ann Baker").click()
    expect(page.locator(".chat-title h2")).not_to_have_text("Friends")
    page.locator(".person", has_text="Friends").first.click()
    expect(page.locator(".row.incoming", has_text="why?").first).to_be_visible()


def test_messages_that_only_one_member_sees(visitor: Visitor) -> None:
    """An ephemeral message is only on its receiver's page; its button works, and its edit is
    shown."""
    page = visitor.page
    page.get_by_role("button", name="Start", exact=True).click()
    page.get_by_role("button", name="Make a group").click()
    expect(page.locator(".chat-title h2")).to_have_text("Friends")
    group = visitor.call("getUpdates", allowed_updates=[])[-1]["message"]["chat"]["id"]
    row = [{"text": "Agree", "callback_data": "yes"}]
    sent = visitor.call(
        "sendMessage",
        chat_id=group,
        text="May I?",
        ephemeral_message_parameters={"receiver_user_id": visitor.person_id},
        reply_markup={"inline_keyboard": [row]},
    )
    expect(page.locator(".bubble", has_text="Only you see this")).to_contain_text("May I?")
    page.get_by_role("button", name="Agree").click()
    query = visitor.update("callback_query")
    assert query["message"]["ephemeral_message_id"] == sent["ephemeral_message_id"]
    visitor.call(
        "editEphemeralMessageText",
        chat_id=group,
        receiver_user_id=visitor.person_id,
        ephemeral_message_id=sent["ephemeral_message_id"],
        text="Thank you",
    )
    expect(page.locator(".bubble", has_text="Thank you")).to_be_visible()
    page.get_by_role("button", name="Ann Baker").click()
    page.locator(".person", has_text="Friends").last.click()
    expect(page.locator(".chat-title h2")).to_have_text("Friends")
    expect(page.locator(".bubble", has_text="Thank you")).to_have_count(0)
