"""The operator's commands about people's payments: listing, refunding, resolving mismatches."""

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

import click

from backend.billing import mismatches
from backend.billing.command_line import (
    AS_JSON,
    REASON,
    SURE,
    OpenStars,
    RecordAccess,
    make_billing,
    run,
    say,
    settings_now,
)
from backend.billing.history import PaymentRecord, payments_of
from backend.billing.refunds import payer_of
from backend.billing.requests import SupportRequest, answer_request, open_requests
from backend.data_dir import prepare
from backend.db import Database, KeyRing, Vault
from backend.errors import InvalidField
from backend.identity import Usernames


def support_commands(
    open_stars: OpenStars, clock: Callable[[], datetime], record: RecordAccess
) -> list[click.Command]:
    """The commands of this file. Each notes in the access log whose data it opened."""
    return [
        _refund(open_stars, clock, record),
        _mismatches(clock, record),
        _requests(clock, record),
        _payments(record),
    ]


def _refund(
    open_stars: OpenStars, clock: Callable[[], datetime], record: RecordAccess
) -> click.Command:
    @click.command("refund")
    @click.argument("charge", nargs=-1, required=True, metavar="[PERSON] CHARGE")
    @REASON
    @SURE
    @AS_JSON
    def refund(charge: tuple[str, ...], reason: str, yes: bool, as_json: bool) -> None:
        """Refund the payment CHARGE, cancel its renewal and close what it opened.

        PERSON is needed only when they were erased; when given, it must be the payer.
        """
        person, charge_id = _person_and_charge(charge)
        if not yes:
            click.confirm(f"Give {charge_id} back?", abort=True)

        async def work(database: Database) -> None:
            async with database.unit_of_work() as db:
                payer, _ = await payer_of(db, charge_id, person)
                await record(db, payer, "refund", reason)
            async with open_stars(settings_now()) as stars:
                await make_billing(database, stars, clock).refund(charge_id, person)
            say(as_json, {"refunded": charge_id}, ["Refunded."])

        run(work)

    return refund


def _mismatches(clock: Callable[[], datetime], record: RecordAccess) -> click.Command:
    @click.command("mismatches")
    @click.option("--resolve", nargs=2, metavar="CODE REFERENCE", help="Mark one as dealt with.")
    @REASON
    @AS_JSON
    def mismatch_list(resolve: tuple[str, str] | None, reason: str, as_json: bool) -> None:
        """List mismatches that wait for a decision, with the person they concern."""

        async def work(database: Database) -> None:
            async with database.unit_of_work() as db:
                if resolve and not await mismatches.resolve(db, *resolve, clock()):
                    raise InvalidField(field="resolve")
                found = await mismatches.unresolved(db)
                for user_id in {one.user_id for one in found if one.user_id is not None}:
                    await record(db, user_id, "mismatch_read", reason)
            say(as_json, found, map(_mismatch_line, found) if found else ["Everything matches."])

        run(work)

    return mismatch_list


def _requests(clock: Callable[[], datetime], record: RecordAccess) -> click.Command:
    @click.command("requests")
    @click.option("--answered", type=click.UUID, help="Mark one as answered.")
    @REASON
    @AS_JSON
    def requests(answered: UUID | None, reason: str, as_json: bool) -> None:
        """List unanswered /paysupport requests."""

        async def work(database: Database) -> None:
            vault = Vault(KeyRing.from_settings(prepare(settings_now())))
            async with database.unit_of_work() as db:
                if answered and not await answer_request(db, answered, clock()):
                    raise InvalidField(field="answered")
                found = await open_requests(db, vault)
                for user_id in {one.user_id for one in found}:
                    await record(db, user_id, "request_read", reason)
            say(as_json, found, _request_lines(found) or ["Nobody waits for an answer."])

        run(work)

    return requests


def _payments(record: RecordAccess) -> click.Command:
    @click.command("payments")
    @click.argument("person")
    @REASON
    @AS_JSON
    def payments(person: str, reason: str, as_json: bool) -> None:
        """List the payments of PERSON, newest first."""

        async def work(database: Database) -> None:
            vault = Vault(KeyRing.from_settings(prepare(settings_now())))
            user_id = await Usernames(database, vault).find(person)
            async with database.unit_of_work() as db:
                found = await payments_of(db, user_id)
                await record(db, user_id, "payments_read", reason)
            say(as_json, found, map(_payment_line, found) if found else ["No payments."])

        run(work)

    return payments


def _payment_line(one: PaymentRecord) -> str:
    details: list[str] = [one.state]
    if one.refunded_at is not None:
        details.append(f"on {one.refunded_at:%Y-%m-%d}")
    if one.opens_until is not None:
        details.append(f"until {one.opens_until:%Y-%m-%d}")
    if one.messages_left is not None:
        details.append(f"{one.messages_left} messages left")
    if one.gift_state is not None:
        details.append(f"gift {one.gift_state}")
    plan = one.plan_id or "-"
    when = f"{one.paid_at:%Y-%m-%d %H:%M}"
    return f"{when}  {plan:<14} {one.stars:>6} ★  {one.charge_id}  {', '.join(details)}"


def _request_lines(found: Sequence[SupportRequest]) -> list[str]:
    lines = []
    for one in found:
        lines.append(f"{one.sent_at:%Y-%m-%d %H:%M}  {one.user_id}  {one.id}")
        lines.append(f"  {_one_line(one.text)}")
    return lines


def _mismatch_line(one: mismatches.Mismatch) -> str:
    person = f"  person {one.user_id}" if one.user_id is not None else ""
    day = f"{one.found_at:%Y-%m-%d}"
    return f"{day}  {one.code:<20} {one.stars:>8} ★  {one.reference}{person}"


def _one_line(text: str) -> str:
    """People's text for a terminal: one line without control characters."""
    return "".join(one if one.isprintable() else " " for one in text)


def _person_and_charge(arguments: tuple[str, ...]) -> tuple[int | None, str]:
    *person, charge_id = arguments
    if len(person) > 1 or not all(one.isdecimal() for one in person):
        raise InvalidField(field="charge")
    return (int(person[0]) if person else None), charge_id
