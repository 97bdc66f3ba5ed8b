"""Join requests that the bot decides (10.1).

A bot with `supports_join_request_queries` that may invite people gets a `query_id` with the request
and has 10 seconds to answer. After that the request waits for administrators, like any other.
"""

from aiogram.methods import AnswerChatJoinRequestQuery

from telegram_emulator.api.methods.method import Method
from telegram_emulator.group_changes import membership
from telegram_emulator.group_records import MemberRecord
from telegram_emulator.hub import Hub
from telegram_emulator.refusals import ApiError

RESULTS = ("approve", "decline", "queue")


def answer_query(hub: Hub, call: AnswerChatJoinRequestQuery) -> bool:
    """answerChatJoinRequestQuery: approve, decline, or leave it to administrators."""
    if call.result not in RESULTS:
        raise ApiError("JOIN_REQUEST_RESULT_INVALID")
    chat_id, person_id = hub.queries.take_join(call.chat_join_request_query_id)
    group = hub.world.groups[chat_id]
    if call.result == "queue" or person_id not in group.requests:
        return True
    group.requests.remove(person_id)
    hub.store.changed()
    if call.result == "approve":
        membership.place(hub, group, person_id, MemberRecord(status="member"), person_id)
    return True


METHODS = (Method(AnswerChatJoinRequestQuery, answer_query),)
