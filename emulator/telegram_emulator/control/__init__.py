"""Carries out the page's actions.

A kind of action is one file with a mapping `ACTIONS`; a new file is listed here, and its actions in
the union in `telegram_emulator/actions`.
"""

from inspect import isawaitable
from time import perf_counter

import msgspec

from telegram_emulator.actions import AnyAction, AnyResult, Done
from telegram_emulator.control import (
    apps,
    business,
    clock_and_faults,
    groups,
    inline,
    joining,
    messages,
    people,
    requests,
    stars,
    talk,
    widgets,
)
from telegram_emulator.errors import ActionRefused
from telegram_emulator.hub import Hub

__all__ = ["act"]

HANDLERS = {
    **apps.ACTIONS,
    **business.ACTIONS,
    **groups.ACTIONS,
    **joining.ACTIONS,
    **messages.ACTIONS,
    **inline.ACTIONS,
    **people.ACTIONS,
    **requests.ACTIONS,
    **stars.ACTIONS,
    **talk.ACTIONS,
    **widgets.ACTIONS,
    **clock_and_faults.ACTIONS,
}


async def act(hub: Hub, action: AnyAction) -> AnyResult:
    """Run an action and log it.

    Raises:
        ActionRefused: when it cannot be done.
    """
    started = perf_counter()
    request = msgspec.to_builtins(action, builtin_types=(bytes,))
    name = request["type"]
    hub.recorder.action(msgspec.to_builtins(action))
    try:
        result = HANDLERS[type(action)](hub, action)
        if isawaitable(result):
            result = await result
    except ActionRefused as refusal:
        hub.traffic.add(
            "client",
            name,
            ok=False,
            status=refusal.status,
            request=request,
            response=refusal.reason,
        )
        hub.recorder.refused(refusal.reason)
        raise
    if result is not None:
        hub.recorder.result(result)
    hub.traffic.add(
        "client",
        name,
        milliseconds=(perf_counter() - started) * 1000,
        request=request,
        response=None if result is None else msgspec.to_builtins(result),
    )
    answer: AnyResult = result or Done()
    return answer
