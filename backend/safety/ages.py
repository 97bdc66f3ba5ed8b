"""The operator's minimum age: asked once, at the first question, and kept as a yes or a no."""

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.db import insert_new
from backend.errors import AgeUnknown, TooYoung
from backend.safety.tables import age_answers

_FIND = sa.select(age_answers.c.old_enough, age_answers.c.minimum_age).where(
    age_answers.c.user_id == sa.bindparam("owner")
)


class AgeGate:
    """Lets people ask who are as old as `minimum`, in years; None is everybody."""

    def __init__(self, minimum: int | None, clock: Callable[[], datetime]) -> None:
        self._minimum = minimum
        self._clock = clock

    async def check(self, db: AsyncConnection, user_id: int) -> None:
        """Let a person ask.

        Raises:
            AgeUnknown: they have not said whether they are old enough.
            TooYoung: they have said that they are not.
        """
        if self._minimum is None:
            return
        row = (await db.execute(_FIND, {"owner": user_id})).one_or_none()
        # A yes to a lower age than is asked for now says nothing; a no to it says all.
        if row is None or (row.old_enough and row.minimum_age < self._minimum):
            raise AgeUnknown(age=self._minimum)
        if not row.old_enough and row.minimum_age <= self._minimum:
            raise TooYoung(age=self._minimum)

    async def answer(self, db: AsyncConnection, user_id: int, *, old_enough: bool) -> None:
        """Store the person's answer. A no is final, and so is a yes to the same or a higher age."""
        if self._minimum is None:
            return
        passed = (age_answers.c.old_enough.is_(sa.true()),
                  age_answers.c.minimum_age < self._minimum)  # fmt: skip
        await db.execute(sa.delete(age_answers).where(age_answers.c.user_id == user_id, *passed))
        row = {
            "user_id": user_id,
            "minimum_age": self._minimum,
            "old_enough": old_enough,
            "answered_at": self._clock(),
        }
        await db.execute(insert_new(db, age_answers), row)
