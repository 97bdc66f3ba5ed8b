"""Decides what to do about a customer's message. Pure: it depends on the account, the chat and the
time."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final, Literal, TypeAlias
from zoneinfo import ZoneInfo

from backend.business.schemas import BusinessAccount, CustomerChat

Decision: TypeAlias = Literal["silent", "draft", "answer"]
OWNER_PAUSE: Final = timedelta(hours=1)
"""For how long nothing is drafted after the owner has written themselves."""
REPLY_WITHIN: Final = timedelta(hours=24)
"""For how long after a customer's message Telegram lets a bot write there."""


def decide(account: BusinessAccount, chat: CustomerChat, now: datetime) -> Decision:
    """Nothing; a draft for the owner; or an answer to the customer."""
    paused = chat.paused_until is not None and chat.paused_until > now
    late = chat.heard_at is None or now - chat.heard_at > REPLY_WITHIN
    unauthorised = account.authorised is None and not account.stays_here
    if not account.enabled or account.mode == "off" or unauthorised or paused or late:
        return "silent"
    if chat.answered >= account.daily_limit:
        return "silent"
    answers = account.mode == "auto" or (account.mode == "away" and is_away(account, now))
    return "answer" if answers and account.can_reply else "draft"


def is_authorised(account: BusinessAccount, agreed: Collection[str]) -> bool:
    """Whether customers' messages are only sent where the owner has agreed to; `agreed` are the
    providers that the owner's own questions may go to now."""
    if account.stays_here:
        return True
    return account.authorised is not None and account.authorised.issuperset(agreed)


def wants_person(account: BusinessAccount, words: str) -> bool:
    """Whether the customer's message contains one of the owner's hand-over phrases."""
    said = words.casefold()
    return any(one.casefold() in said for one in account.handover)


def is_away(account: BusinessAccount, now: datetime) -> bool:
    """Whether it is outside the owner's hours, by their own clock; hours may span midnight."""
    start, end, zone = account.away_from, account.away_to, account.time_zone
    if start is None or end is None or zone is None:
        return False
    local = now.astimezone(ZoneInfo(zone))
    minute = local.hour * 60 + local.minute
    return start <= minute < end if start <= end else minute >= start or minute < end
