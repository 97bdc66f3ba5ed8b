"""What the page does, carried out.

A kind of actions is one file with a mapping `ACTIONS`; adding one is adding it here (and to the
union in `backend/emulator/actions`).
"""

from inspect import isawaitable
from time import perf_counter

import msgspec

from backend.emulator.actions import AnyAction, AnyResult, Done
from backend.emulator.control import apps, inline, people, stars, talk, weather
from backend.emulator.hub import Hub
from backend.errors import EmulatorRefused

HANDLERS = {
    **apps.ACTIONS,
    **inline.ACTIONS,
    **people.ACTIONS,
    **stars.ACTIONS,
    **talk.ACTIONS,
    **weather.ACTIONS,
}


async def act(hub: Hub, action: AnyAction) -> AnyResult:
    """Carry out an action and log it.

    Raises:
        EmulatorRefused: when it cannot be done.
    """
    started = perf_counter()
    request = msgspec.to_builtins(action, builtin_types=(bytes,))
    name = request["type"]
    try:
        result = HANDLERS[type(action)](hub, action)
        if isawaitable(result):
            result = await result
    except EmulatorRefused as refusal:
        hub.traffic.add(
            "client",
            name,
            ok=False,
            status=refusal.status,
            request=request,
            response=str(refusal.details["reason"]),
        )
        raise
    hub.traffic.add(
        "client",
        name,
        milliseconds=(perf_counter() - started) * 1000,
        request=request,
        response=None if result is None else msgspec.to_builtins(result),
    )
    answer: AnyResult = result or Done()
    return answer
