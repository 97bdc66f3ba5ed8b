"""What a run has proven: a line for each step, and the file that keeps them.

It holds no token, no text and no person's id.
"""

from datetime import datetime
from pathlib import Path
from typing import Final, Literal, TypeAlias

import msgspec
from msgspec import Struct

State: TypeAlias = Literal["proven", "played", "failed", "skipped"]
MARKS: Final[dict[State, str]] = {"proven": "✓", "played": "≈", "failed": "✗", "skipped": "-"}
FORM: Final = 1


class ProofLine(Struct, frozen=True, rename="camel"):
    """One step. `played`: it went well, but not at Telegram or a provider themselves."""

    step: str
    state: State
    says: str
    facts: dict[str, str | int] = {}

    @property
    def printed(self) -> str:
        """The line for a terminal."""
        facts = ", ".join(f"{name} {value}" for name, value in self.facts.items())
        return f"{MARKS[self.state]} {self.step}: {self.says}" + (f" ({facts})" if facts else "")


class Proof(Struct, frozen=True, rename="camel"):
    """A whole run. `telegram` and `provider` describe where requests went."""

    form: int
    version: str
    began_at: datetime
    ended_at: datetime
    telegram: str
    provider: str
    lines: list[ProofLine]

    @property
    def well(self) -> bool:
        """Whether nothing failed."""
        return all(one.state != "failed" for one in self.lines)


def write_report(proof: Proof, path: Path) -> None:
    """Keep it as JSON, in a file that is new.

    Raises:
        FileExistsError: a report is never written over.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(proof), indent=2) + b"\n")
