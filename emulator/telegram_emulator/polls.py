"""Polls by the bot or by people, and their votes."""

import secrets

from telegram_emulator.errors import ActionRefused
from telegram_emulator.hub import Hub
from telegram_emulator.schemas import BotApi
from telegram_emulator.world import StoredMessage


def new_poll(question: str, entities: list[BotApi], options: list[BotApi]) -> BotApi:
    """A `Poll` without votes. `options` have text and entities."""
    return {
        "id": str(secrets.randbits(62)),
        "question": question,
        "question_entities": entities,
        "options": [
            {"persistent_id": secrets.token_urlsafe(8), "voter_count": 0, **option}
            for option in options
        ],
        "total_voter_count": 0,
        "is_closed": False,
        "is_anonymous": True,
        "type": "regular",
        "allows_multiple_answers": False,
        "allows_revoting": True,
        "members_only": False,
    }


def vote_in(hub: Hub, key: int, stored: StoredMessage, person_id: int, options: list[int]) -> None:
    """Vote, change a vote or withdraw it (no options). For polls that it sent the bot gets `poll`,
    and `poll_answer` where votes are not anonymous.

    Raises:
        ActionRefused: for no poll or a closed one, for options that are not there or too many.
    """
    poll = stored.message.get("poll")
    if poll is None or poll["is_closed"]:
        raise ActionRefused("MESSAGE_POLL_CLOSED" if poll else "MESSAGE_ID_INVALID")
    if len(set(options)) != len(options) or not set(options) <= set(range(len(poll["options"]))):
        raise ActionRefused("OPTION_INVALID")
    if len(options) > 1 and not poll["allows_multiple_answers"]:
        raise ActionRefused("OPTIONS_TOO_MUCH")
    if person_id in stored.votes and (poll["type"] == "quiz" or not poll["allows_revoting"]):
        raise ActionRefused("REVOTE_NOT_ALLOWED")
    if options:
        stored.votes[person_id] = sorted(options)
    elif stored.votes.pop(person_id, None) is None:
        raise ActionRefused("MESSAGE_NOT_MODIFIED")
    counted = _counted(poll, stored.votes)
    stored.message = {**stored.message, "poll": counted}
    hub.chats.show(key, stored)
    if stored.outgoing:
        return
    hub.updates.push("poll", counted, key)
    if not poll["is_anonymous"]:
        answer: BotApi = {
            "poll_id": poll["id"],
            "user": hub.profile.user(person_id),
            "option_ids": sorted(options),
            "option_persistent_ids": [poll["options"][n]["persistent_id"] for n in sorted(options)],
        }
        hub.updates.push("poll_answer", answer, key)


def _counted(poll: BotApi, votes: dict[int, list[int]]) -> BotApi:
    options = [
        {**option, "voter_count": sum(number in chosen for chosen in votes.values())}
        for number, option in enumerate(poll["options"])
    ]
    return {**poll, "options": options, "total_voter_count": len(votes)}
