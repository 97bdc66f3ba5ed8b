"""Writes mini-app.md beside this file: all methods and events of the Mini App protocol.

It reads the page's own tables, `methods.ts` and `events.ts`. The TypeScript compiler makes sure
that each method has a handler, and checks what a handler may send.
"""

import re
from pathlib import Path
from typing import NamedTuple

FRAME = Path(__file__).parents[1] / "page/src/frame"
_METHOD = re.compile(r'^  (\w+): \{ since: "([\d.]+)"(?:.*refused: "([^"]+)")?', re.MULTILINE)
_REASON = re.compile(r'^  (\w+): "([^"]+)"', re.MULTILINE)
_EVENT = re.compile(r"^  (\w+):", re.MULTILINE)


class Protocol(NamedTuple):
    """The protocol: played `methods` by the version that introduced them; the others with the
    reason why they are not."""

    methods: dict[str, str]
    refused: dict[str, str]
    not_played: dict[str, str]
    events: list[str]
    never_sent: dict[str, str]


def read_protocol() -> Protocol:
    """Read the protocol from the page's tables."""
    methods_file = (FRAME / "methods.ts").read_text("utf-8")
    events_file = (FRAME / "events.ts").read_text("utf-8")
    methods = _METHOD.findall(_part(methods_file, "const METHODS = {"))
    return Protocol(
        methods={name: since for name, since, _ in methods},
        refused={name: why for name, _, why in methods if why},
        not_played=dict(_REASON.findall(_part(methods_file, "const NOT_PLAYED = {"))),
        events=_EVENT.findall(_part(events_file, "interface Events {")),
        never_sent=dict(_REASON.findall(_part(events_file, "const NEVER_SENT = {"))),
    )


def _part(source: str, opening: str) -> str:
    """The text between `opening` and the closing brace at the margin."""
    return source.split(opening, 1)[1].split("\n}", 1)[0]


def table() -> str:
    """The document."""
    found = read_protocol()
    played = [f"`{name}` {since}" for name, since in found.methods.items()]
    played = [line for line in played if line.split("`")[1] not in found.refused]
    sent = [f"`{name}`" for name in found.events if name not in found.never_sent]
    sections = (
        ("# The Mini App protocol",),
        (
            "Made by `python docs/make_mini_app.py` from `page/src/frame/methods.ts` and "
            "`events.ts`, and held to them by `tests/unit/test_mini_app_table.py`. A method newer "
            "than the version chosen under Device stays unanswered, as with an old client.",
        ),
        (f"## Methods played: {len(played)} of {len(found.methods) + len(found.not_played)}",),
        ("With the version of the Bot API that brought each.",),
        (", ".join(played),),
        (f"## Refused, as a client may: {len(found.refused)}",),
        _rows(found.refused),
        (f"## Not played: {len(found.not_played)}",),
        _rows(found.not_played),
        (f"## Events sent: {len(sent)} of {len(found.events)}",),
        (", ".join(sent),),
        *_never_sent(found.never_sent),
    )
    return "\n\n".join("\n".join(lines) for lines in sections) + "\n"


def _never_sent(reasons: dict[str, str]) -> tuple[tuple[str, ...], ...]:
    if not reasons:
        return ()
    return (f"## Events never sent: {len(reasons)}",), _rows(reasons)


def _rows(reasons: dict[str, str]) -> tuple[str, ...]:
    rows = (f"| `{name}` | {why} |" for name, why in reasons.items())
    return ("| name | why |", "|---|---|", *rows)


if __name__ == "__main__":
    Path(__file__).with_name("mini-app.md").write_text(table(), "utf-8")
