"""Keyboards under messages, checked as Telegram checks them."""

import re
from typing import Any
from urllib.parse import urlsplit

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, ReplyKeyboardMarkup

from telegram_emulator.api.params import wire
from telegram_emulator.refusals import ApiError
from telegram_emulator.schemas import BotApi

MOST_BUTTONS = 100
KINDS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
    "disabled",
)


def read_markup(markup: Any, *, invoice: bool = False) -> BotApi | None:
    """Convert a reply markup to its stored form; `invoice` messages may start with a pay button.

    Raises:
        ApiError: with Telegram's words.
    """
    if markup is None:
        return None
    if isinstance(markup, InlineKeyboardMarkup):
        _check_inline(markup, invoice)
    elif isinstance(markup, ReplyKeyboardMarkup):
        for button in (button for row in markup.keyboard for button in row):
            if button.web_app is not None:
                check_web_app_url(button.web_app.url, "keyboard button")
    kept: BotApi = wire(markup)
    return kept


def read_inline(markup: InlineKeyboardMarkup | None) -> BotApi | None:
    """The markup of an edit; None removes the keyboard."""
    kept = read_markup(markup)
    return kept if kept and any(kept["inline_keyboard"]) else None


def _check_inline(markup: InlineKeyboardMarkup, invoice: bool) -> None:
    buttons = [button for row in markup.inline_keyboard for button in row]
    if len(buttons) > MOST_BUTTONS:
        raise ApiError("reply markup is too long")
    for index, button in enumerate(buttons):
        _check_button(button)
        if button.pay and (index > 0 or not invoice):
            raise ApiError("BUTTON_POS_INVALID" if invoice else "BUTTON_TYPE_INVALID")
    if invoice and buttons and not buttons[0].pay:
        raise ApiError("REPLY_MARKUP_BUY_EMPTY")


def _check_button(button: InlineKeyboardButton) -> None:
    kinds = [kind for kind in KINDS if getattr(button, kind) not in (None, False)]
    if not button.text:
        raise ApiError("BUTTON_TEXT_INVALID")
    if not kinds:
        raise ApiError("Text buttons are unallowed in the inline keyboard")
    if len(kinds) > 1:
        raise ApiError("BUTTON_TYPE_INVALID")
    if button.callback_data is not None and not 1 <= len(button.callback_data.encode()) <= 64:
        raise ApiError("BUTTON_DATA_INVALID")
    if button.url is not None and not re.match(r"(https?|tg|ton)://.|[\w.-]+\.\w{2,}", button.url):
        raise ApiError(f"inline keyboard button URL '{button.url}' is invalid: Wrong HTTP URL")
    if button.web_app is not None:
        check_web_app_url(button.web_app.url, "inline keyboard button")
    if button.copy_text is not None and not 1 <= len(button.copy_text.text) <= 256:
        raise ApiError("BUTTON_COPY_TEXT_INVALID")


def check_web_app_url(url: str, place: str) -> None:
    """Check that a Mini App's address is https, or plain http on this machine, as in Telegram's
    test environment.

    Raises:
        ApiError: otherwise.
    """
    parts = urlsplit(url)
    local = parts.hostname in ("localhost", "127.0.0.1", "::1")
    if parts.hostname is None or not (
        parts.scheme == "https" or (local and parts.scheme == "http")
    ):
        raise ApiError(f"{place} Web App URL '{url}' is invalid: Only HTTPS links are allowed")
