"""Messages that are neither text nor files: sendLocation, sendVenue, sendContact, sendDice,
sendPoll, stopPoll."""

import secrets
from typing import Any

from aiogram.methods import SendContact, SendDice, SendLocation, SendPoll, SendVenue, StopPoll

from telegram_emulator.api.markup import read_inline
from telegram_emulator.api.methods.method import Method
from telegram_emulator.api.params import given, wire
from telegram_emulator.api.sending import send
from telegram_emulator.hub import Hub
from telegram_emulator.polls import new_poll
from telegram_emulator.refusals import ApiError
from telegram_emulator.schemas import BotApi
from telegram_emulator.text import format_text

DICE = {"🎲": 6, "🎯": 6, "🎳": 6, "🏀": 5, "⚽": 5, "🎰": 64}
"""The highest value of each (core.telegram.org/bots/api#dice)."""
LONGEST_QUESTION, LONGEST_OPTION = 300, 100
MOST_OPTIONS = 12


def send_location(hub: Hub, call: SendLocation) -> BotApi:
    """sendLocation"""
    return send(hub, call, {"location": _location(call)}).message


def send_venue(hub: Hub, call: SendVenue) -> BotApi:
    """sendVenue: the message also has a `location` field."""
    location = _location(call)
    venue = {"location": location, **_present(call, "title", "address")}
    venue |= _present(
        call, "foursquare_id", "foursquare_type", "google_place_id", "google_place_type"
    )
    return send(hub, call, {"venue": venue, "location": location}).message


def _location(call: Any) -> BotApi:
    if not (-90 <= call.latitude <= 90 and -180 <= call.longitude <= 180):
        raise ApiError("wrong latitude or longitude specified")
    optional = ("horizontal_accuracy", "live_period", "heading", "proximity_alert_radius")
    return _present(call, "latitude", "longitude", *optional)


def send_contact(hub: Hub, call: SendContact) -> BotApi:
    """sendContact"""
    if not call.phone_number or not call.first_name:
        raise ApiError("PHONE_NUMBER_INVALID" if call.first_name else "CONTACT_NAME_EMPTY")
    contact = _present(call, "phone_number", "first_name", "last_name", "vcard")
    return send(hub, call, {"contact": contact}).message


def send_dice(hub: Hub, call: SendDice) -> BotApi:
    """sendDice"""
    emoji = call.emoji or "🎲"
    if emoji not in DICE:
        raise ApiError("DICE_EMOJI_INVALID")
    value = secrets.randbelow(DICE[emoji]) + 1
    return send(hub, call, {"dice": {"emoji": emoji, "value": value}}).message


def send_poll(hub: Hub, call: SendPoll) -> BotApi:
    """sendPoll"""
    options = [_option(wire(option)) for option in call.options]
    if len(options) > MOST_OPTIONS:
        raise ApiError("poll can't have more than 12 options")
    mode = given(call.question_parse_mode)
    too_long = "poll question is too long"
    question = format_text(call.question, mode, [], LONGEST_QUESTION, too_long)
    if not question.text:
        raise ApiError("poll question must be non-empty")
    if not options:
        raise ApiError("poll must have at least 1 answer option")
    poll = new_poll(question.text, question.entities, options)
    poll |= {
        "is_closed": bool(call.is_closed),
        "is_anonymous": call.is_anonymous is not False,
        "type": call.type or "regular",
        "allows_multiple_answers": bool(call.allows_multiple_answers),
        "allows_revoting": call.allows_revoting is not False and call.type != "quiz",
        "members_only": bool(call.members_only),
    }
    if call.type == "quiz":
        poll |= _quiz(call, len(options))
    return send(hub, call, {"poll": poll}).message


def _quiz(call: SendPoll, options: int) -> BotApi:
    correct = call.correct_option_ids or []
    correct = correct or ([] if call.correct_option_id is None else [call.correct_option_id])
    if not correct or not all(0 <= number < options for number in correct):
        raise ApiError("wrong correct option ID specified")
    found: BotApi = {"correct_option_ids": correct}
    if call.explanation:
        found["explanation"] = call.explanation
    return found


def _option(option: Any) -> BotApi:
    fields = {"text": option} if isinstance(option, str) else option
    mode, too_long = fields.get("text_parse_mode"), "poll options length exceeded"
    text = format_text(fields["text"], mode, [], LONGEST_OPTION, too_long)
    if not text.text:
        raise ApiError("poll options must be non-empty")
    return {"text": text.text, "text_entities": text.entities}


def stop_poll(hub: Hub, call: StopPoll) -> BotApi:
    """stopPoll"""
    key = hub.chats.known(call.chat_id, call.business_connection_id)
    stored = hub.chats.message(key, call.message_id)
    if stored is None or stored.outgoing or "poll" not in stored.message:
        raise ApiError("message with poll to stop not found")
    poll: BotApi = stored.message["poll"]
    if poll["is_closed"]:
        raise ApiError("poll has already been closed")
    closed = {**poll, "is_closed": True}
    markup = read_inline(call.reply_markup)
    hub.chats.edit(key, stored, {"poll": closed, "reply_markup": markup})
    return closed


def _present(call: Any, *names: str) -> BotApi:
    found = {name: given(getattr(call, name, None)) for name in names}
    return {name: value for name, value in found.items() if value is not None}


METHODS = (
    Method(SendLocation, send_location),
    Method(SendVenue, send_venue),
    Method(SendContact, send_contact),
    Method(SendDice, send_dice),
    Method(SendPoll, send_poll),
    Method(StopPoll, stop_poll),
)
