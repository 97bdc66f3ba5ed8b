"""Checklists, which bots can only send in connected accounts' chats."""

from typing import Any

from aiogram.methods import EditMessageChecklist, SendChecklist
from aiogram.types import InputChecklist

from telegram_emulator.api.methods.edits import edit_stored, own_message
from telegram_emulator.api.methods.method import Method
from telegram_emulator.api.params import given, wire
from telegram_emulator.api.sending import send
from telegram_emulator.content import fields
from telegram_emulator.hub import Hub
from telegram_emulator.refusals import ApiError
from telegram_emulator.schemas import BotApi
from telegram_emulator.text import format_text

MOST_TASKS, LONGEST_TITLE, LONGEST_TASK = 30, 255, 100


def send_checklist(hub: Hub, call: SendChecklist) -> BotApi:
    """sendChecklist"""
    return send(hub, call, {"checklist": read_checklist(call.checklist)}).message


def edit_checklist(hub: Hub, call: EditMessageChecklist) -> BotApi | bool:
    """editMessageChecklist: tasks that keep their id keep their state."""
    key, stored = own_message(hub, call)
    if "checklist" not in stored.message:
        raise ApiError("there is no checklist in the message to edit")
    changed = read_checklist(call.checklist)
    before = {task["id"]: task for task in stored.message["checklist"]["tasks"]}
    done = ("completed_by_user", "completion_date")
    for task in changed["tasks"]:
        old = before.get(task["id"], {})
        task |= {name: old[name] for name in done if name in old}
    return edit_stored(hub, key, stored, {"checklist": changed}, call)


def read_checklist(source: InputChecklist) -> BotApi:
    """Convert a call's checklist to a `Checklist`.

    Raises:
        ApiError: for too many tasks, or ids that are not all different.
        TextError: for a title or task that is too long.
    """
    if not 1 <= len(source.tasks) <= MOST_TASKS:
        raise ApiError("CHECKLIST_TASKS_INVALID")
    ids = [task.id for task in source.tasks]
    if len(set(ids)) != len(ids) or min(ids) < 1:
        raise ApiError("CHECKLIST_TASK_ID_INVALID")
    checklist: BotApi = _text(source, "title", LONGEST_TITLE)
    checklist["tasks"] = [
        {"id": one.id, **_text(one, "text", LONGEST_TASK)} for one in source.tasks
    ]
    for name in ("others_can_add_tasks", "others_can_mark_tasks_as_done"):
        if getattr(source, name):
            checklist[name] = True
    return checklist


def _text(source: Any, name: str, limit: int) -> BotApi:
    entities = [wire(one) for one in getattr(source, f"{name}_entities") or []]
    formatted = format_text(
        getattr(source, name), given(source.parse_mode), entities, limit, "checklist is too long"
    )
    if not formatted.text:
        raise ApiError("checklist text must be non-empty")
    return fields(formatted, name, f"{name}_entities")


METHODS = (
    Method(SendChecklist, send_checklist),
    Method(EditMessageChecklist, edit_checklist),
)
