"""Roles in the console. The command line, which has access to the database, acts as an owner.

Roles come from settings: ADMIN_IDS are owners; SUPPORT_IDS, FINANCE_IDS and READER_IDS the others.
"""

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias, get_args

from msgspec import Struct

from backend.errors import RoleForbids
from backend.settings import Settings

Role: TypeAlias = Literal["owner", "support", "finance", "reader"]
Act: TypeAlias = Literal[
    "look",
    "figures",
    "give",
    "refund",
    "restrict",
    "answer",
    "switch",
    "broadcast",
    "moderate",
    "books",
]

PERMITS: Final[Mapping[Role, frozenset[Act]]] = {
    "owner": frozenset(
        get_args(Act),
    ),
    "support": frozenset({"look", "give", "restrict", "answer", "moderate"}),
    "finance": frozenset({"look", "figures", "refund", "books"}),
    "reader": frozenset({"look", "figures"}),
}


class Operator(Struct, frozen=True):
    """Who acts. `user_id` is None at the command line, which identifies nobody."""

    user_id: int | None
    role: Role

    def require(self, act: Act) -> None:
        """Check that the role allows an action.

        Raises:
            RoleForbids: it does not.
        """
        if act not in PERMITS[self.role]:
            raise RoleForbids(role=self.role)

    def may(self, act: Act) -> bool:
        """Whether the role allows an act."""
        return act in PERMITS[self.role]


def supporters(settings: Settings) -> tuple[int, ...]:
    """The Telegram ids of those who get support requests."""
    return tuple(dict.fromkeys((*settings.admin_ids, *settings.support_ids)))


def operator_of(settings: Settings, user_id: int) -> Operator | None:
    """A person's role as an operator; None for everybody else."""
    roles: tuple[tuple[Role, tuple[int, ...]], ...] = (
        ("owner", settings.admin_ids),
        ("support", settings.support_ids),
        ("finance", settings.finance_ids),
        ("reader", settings.reader_ids),
    )
    for role, ids in roles:
        if user_id in ids:
            return Operator(user_id, role)
    return None
