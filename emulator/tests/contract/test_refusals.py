"""Invalid calls are refused in Telegram's form and, where they are known, with its error texts."""

from typing import Any

import aiohttp
import pytest

from telegram_emulator.testing import IVAN, Phone


def refused(description: str) -> dict[str, Any]:
    """Telegram's form of a bad request."""
    return {"ok": False, "error_code": 400, "description": f"Bad Request: {description}"}


def keyboard(**button: Any) -> dict[str, Any]:
    """An inline keyboard with one button."""
    return {"inline_keyboard": [[{"text": "x", **button}]]}


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("sendMessage", {"text": "x", "chat_id": None}, "chat_id is empty"),
    ("sendMessage", {"chat_id": 1, "text": "x"}, "chat not found"),
    ("sendMessage", {"chat_id": "@nobody", "text": "x"}, "chat not found"),
    ("sendMessage", {"text": ""}, "message text is empty"),
    ("sendMessage", {"text": "  \n "}, "message text is empty"),
    ("sendMessage", {"text": "x" * 4097}, "message is too long"),
    ("sendMessage", {"text": "😀" * 2049}, "message is too long"),
    ("sendMessage", {"text": "x" * 32769}, "text is too long"),
    (
        "sendMessage",
        {"text": "<b>x", "parse_mode": "HTML"},
        "can't parse entities: Can't find end tag corresponding to start tag \"b\"",
    ),
    (
        "sendMessage",
        {"text": "<div>x</div>", "parse_mode": "HTML"},
        'can\'t parse entities: Unsupported start tag "div" at byte offset 0',
    ),
    (
        "sendMessage",
        {"text": "a.b", "parse_mode": "MarkdownV2"},
        "can't parse entities: "
        "Character '.' is reserved and must be escaped with the preceding '\\'",
    ),
    (
        "sendMessage",
        {"text": "*a", "parse_mode": "MarkdownV2"},
        "can't parse entities: Can't find end of Bold entity at byte offset 0",
    ),
    ("sendMessage", {"text": "x", "parse_mode": "Mdown"}, "unsupported parse_mode"),
    (
        "sendMessage",
        {"text": "x", "reply_markup": keyboard()},
        "text buttons are unallowed in the inline keyboard",
    ),
    (
        "sendMessage",
        {"text": "*a", "parse_mode": "Markdown"},
        "can't parse entities: Can't find end of the entity starting at byte offset 0",
    ),
    (
        "sendMessage",
        {"text": "x", "reply_markup": keyboard(callback_data="x" * 65)},
        "BUTTON_DATA_INVALID",
    ),
    (
        "sendMessage",
        {"text": "x", "reply_markup": keyboard(web_app={"url": "http://example.org/app"})},
        "inline keyboard button Web App URL 'http://example.org/app' is invalid: "
        "Only HTTPS links are allowed",
    ),
    (
        "sendMessage",
        {"text": "x", "reply_parameters": {"message_id": 999}},
        "message to be replied not found",
    ),
    ("sendMessage", {"text": "x", "message_thread_id": 5}, "message thread not found"),
    (
        "sendRichMessage",
        {"rich_message": {}},
        "exactly one of html, markdown and blocks must be specified",
    ),
    ("sendRichMessage", {"rich_message": {"markdown": "x" * 32769}}, "message is too long"),
    (
        "sendRichMessage",
        {"rich_message": {"html": "<tg-thinking>x</tg-thinking>"}},
        "thinking blocks are allowed only in drafts",
    ),
    ("sendMessageDraft", {"draft_id": 0, "text": "x"}, "draft_id must be non-zero"),
    ("sendMessageDraft", {"draft_id": 1, "text": "x" * 4097}, "message is too long"),
    ("sendChatAction", {"action": "sleeping"}, "wrong parameter action in request"),
    ("editMessageText", {"message_id": 999, "text": "x"}, "message to edit not found"),
    ("editMessageText", {"message_id": 1, "text": "x"}, "message can't be edited"),
    ("deleteMessage", {"message_id": 999}, "message to delete not found"),
    ("sendPhoto", {"photo": "nothing"}, "wrong file identifier/HTTP URL specified"),
    (
        "getFile",
        {"file_id": "nothing", "chat_id": None},
        "wrong file_id or the file is temporarily unavailable",
    ),
    (
        "setMyCommands",
        {"commands": [{"command": "Big", "description": "x"}], "chat_id": None},
        "BOT_COMMAND_INVALID",
    ),
    (
        "setMyCommands",
        {"commands": "not json", "chat_id": None},
        "can't parse commands JSON object",
    ),
    (
        "setWebhook",
        {"url": "http://example.org/hook", "chat_id": None},
        "bad webhook: An HTTPS URL must be provided for webhook",
    ),
    (
        "setWebhook",
        {"url": "https://example.org/", "secret_token": "a b", "chat_id": None},
        "secret token contains unallowed characters",
    ),
    (
        "answerCallbackQuery",
        {"callback_query_id": "1", "chat_id": None},
        "query is too old and response timeout expired or query ID is invalid",
    ),
    (
        "answerPreCheckoutQuery",
        {"pre_checkout_query_id": "1", "ok": False, "chat_id": None},
        'parameter "error_message" is required',
    ),
]


@pytest.mark.parametrize(("method", "parameters", "description"), WRONG)
async def test_an_invalid_call_gets_telegrams_error(
    phone: Phone, ann: int, method: str, parameters: dict[str, Any], description: str
) -> None:
    """Each invalid call gets its code and description, and changes nothing in the chat."""
    before = await phone.messages(ann)
    given = {"chat_id": ann, **parameters}  # None leaves it out
    answer = await phone.call(method, **{k: v for k, v in given.items() if v is not None})
    assert answer == refused(description)
    assert await phone.messages(ann) == before


async def test_a_wrong_token_is_unauthorized(phone: Phone) -> None:
    """Another bot's token is refused before the method's name is looked at."""
    phone.token = "1:wrong"
    answer = await phone.call("sendPoem")
    assert answer == {"ok": False, "error_code": 401, "description": "Unauthorized"}


async def test_unknown_methods_and_strangers(phone: Phone) -> None:
    """An unknown method is 404; a person who never wrote to the bot cannot be written to."""
    answer = await phone.call("sendPoem")
    assert (answer["error_code"], answer["description"]) == (404, "Not Found: method not found")
    answer = await phone.call("sendMessage", chat_id=IVAN, text="x")
    words = "Forbidden: bot can't initiate conversation with a user"
    assert (answer["error_code"], answer["description"]) == (403, words)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{", "application/json"),
        (b"[1]", "application/json"),
        (b"a=%ff", "application/x-www-form-urlencoded"),
        (b"garbage", "multipart/form-data; boundary=x"),
        (b"garbage", "multipart/form-data"),
    ],
)
async def test_an_unreadable_body_is_a_bad_request(phone: Phone, body: bytes, kind: str) -> None:
    """A broken body never becomes a server error."""
    url = f"{phone.origin}/bot{phone.token}/getMe"
    async with aiohttp.ClientSession() as http:
        response = await http.post(url, data=body, headers={"Content-Type": kind})
        assert response.status == 400
        assert (await response.json())["ok"] is False
