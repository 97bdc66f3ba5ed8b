"""The operator's command about promo codes."""

from collections.abc import Callable
from datetime import datetime, timedelta

import click

from backend.billing import promo
from backend.billing.command_line import AS_JSON, run, say
from backend.db import Database
from backend.plans import plans


def promo_command(clock: Callable[[], datetime]) -> click.Command:
    """`promo`: make a code, or list them."""
    usual = plans.of_kind("subscription")[0].id

    @click.command("promo")
    @click.argument("code", required=False)
    @click.option("--plan", "plan_id", default=usual, help="The plan it opens.")
    @click.option("--days", type=int, default=7, help="For how many days.")
    @click.option("--people", "most", type=int, default=100, help="For how many people.")
    @click.option("--valid", type=int, help="For how many days it can be entered.")
    @AS_JSON
    def promo_codes(
        code: str | None, plan_id: str, days: int, most: int, valid: int | None, as_json: bool
    ) -> None:
        """Make or change the promo code CODE; without one, list them."""

        async def work(database: Database) -> None:
            now = clock()
            async with database.unit_of_work() as db:
                if code:
                    until = now + timedelta(days=valid) if valid else None
                    await promo.make(db, code.upper(), plan_id, days, most, until, now)
                found = await promo.listed(db)
            lines = [
                f"{one.code}: {one.days} days of {one.plan_id}, {one.used} of {one.most} used"
                + (f", until {one.until:%Y-%m-%d}" if one.until else "")
                for one in found
            ]
            say(as_json, found, lines or ["There are no promo codes."])

        run(work)

    return promo_codes
