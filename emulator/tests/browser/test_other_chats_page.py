"""Channels, topics and connected accounts, created and used on the page."""

import time
from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import Visitor
from tests.browser.test_page import violations


def choose(visitor: Visitor, menu: str, item: str) -> None:
    """Choose a menu item."""
    visitor.page.get_by_role("button", name=menu, exact=True).click()
    visitor.page.get_by_role("menuitem", name=item, exact=True).click()


def write(visitor: Visitor, text: str) -> None:
    """Write into the open chat."""
    visitor.page.get_by_label("Message", exact=True).fill(text)
    visitor.page.keyboard.press("Enter")


def channel_posts(visitor: Visitor) -> list[dict[str, Any]]:
    """Wait for posts: an older update that was not confirmed is returned at once without them."""
    deadline = time.monotonic() + 10
    while True:
        updates = visitor.call("getUpdates", allowed_updates=[])
        posts = [one["channel_post"] for one in updates if "channel_post" in one]
        if posts or time.monotonic() > deadline:
            return posts
        time.sleep(0.1)


def test_topics_are_opened_used_and_closed(visitor: Visitor) -> None:
    """Messages of one topic are not in another; the bot is told the topic, and answers there."""
    page = visitor.page
    choose(visitor, "More kinds of chats", "Make a group with topics")
    expect(page.locator(".chat-title h2")).to_have_text("Workshop")
    choose(visitor, "Chat menu", "Make the bot an administrator")
    choose(visitor, "Chat menu", "New topic")
    page.get_by_role("button", name="OK", exact=True).click()
    topics = page.get_by_role("navigation", name="Topics")
    expect(topics.get_by_role("button", name="Ideas")).to_have_attribute("aria-current", "true")
    visitor.call("getUpdates", offset=-1)
    write(visitor, "a thought")
    expect(page.locator(".row.outgoing", has_text="a thought")).to_be_visible()
    said = visitor.call("getUpdates", timeout=10)[-1]["message"]
    thread = {"chat_id": said["chat"]["id"], "message_thread_id": said["message_thread_id"]}
    visitor.call("sendMessage", text="noted", **thread)
    expect(page.locator(".row.incoming", has_text="noted")).to_be_visible()
    topics.get_by_role("button", name="General").click()
    expect(page.locator(".row", has_text="noted")).to_have_count(0)
    topics.get_by_role("button", name="Ideas").click()
    choose(visitor, "Chat menu", "Close this topic")
    expect(topics.get_by_role("button", name="Ideas")).to_contain_text("closed")
    choose(visitor, "Chat menu", "Open this topic again")
    expect(topics.get_by_role("button", name="Ideas")).not_to_contain_text("closed")
    assert violations(page) == []


def test_a_channel_is_posted_in_and_discussed(visitor: Visitor) -> None:
    """The owner and the bot post; posts appear in the group for comments; others can only read."""
    page = visitor.page
    choose(visitor, "More kinds of chats", "Make a channel with the bot")
    expect(page.locator(".chat-title h2")).to_have_text("News")
    choose(visitor, "Chat menu", "Add a group for comments")
    expect(page.locator(".person", has_text="News: comments").first).to_be_visible()
    visitor.call("getUpdates", offset=-1, allowed_updates=[])  # whatever another test asked for
    write(visitor, "first post")
    expect(page.locator(".row", has_text="first post")).to_be_visible()
    heard = channel_posts(visitor)
    assert [one["text"] for one in heard] == ["first post"]
    visitor.call("sendMessage", chat_id=heard[0]["chat"]["id"], text="by the bot")
    expect(page.locator(".row", has_text="by the bot")).to_be_visible()
    page.locator(".person", has_text="News: comments").first.click()
    expect(page.locator(".row", has_text="first post")).to_be_visible()
    page.get_by_role("button", name="Ann Baker").click()
    page.get_by_role("button", name="News", exact=False).last.click()
    assert violations(page) == []


def test_the_bot_is_connected_to_an_account(visitor: Visitor) -> None:
    """A customer writes, the bot answers in the owner's name, and the owner disconnects it."""
    page = visitor.page
    page.get_by_role("tab", name="Person").click()
    page.get_by_role("switch", name="It may change the name").check()
    page.get_by_role("button", name="Connect the bot").click()
    expect(page.get_by_text("The bot is connected to this account.")).to_be_visible()
    updates = visitor.call("getUpdates", allowed_updates=[])
    connection = [one["business_connection"] for one in updates if "business_connection" in one][-1]
    assert connection["rights"].keys() == {"can_reply", "can_read_messages", "can_edit_name"}
    page.get_by_role("button", name="Ann Baker").click()
    line = page.locator("form", has_text=f"Write to {visitor.name} as a customer")
    line.get_by_role("textbox").fill("Are you open?")
    line.get_by_role("button", name="Send").click()
    asked = visitor.call("getUpdates", timeout=10, offset=-1)[-1]["business_message"]
    assert asked["text"] == "Are you open?"
    visitor.call(
        "sendMessage",
        chat_id=asked["chat"]["id"],
        business_connection_id=connection["id"],
        text="Until six",
    )
    page.get_by_role("button", name=visitor.name).first.click()
    card = page.locator(".card", has_text="Are you open?")
    expect(card).to_contain_text("Until six")
    assert violations(page) == []
    page.get_by_role("button", name="Remove the bot from the account").click()
    expect(page.get_by_role("button", name="Connect the bot")).to_be_visible()
