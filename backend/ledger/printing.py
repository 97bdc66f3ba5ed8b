"""Statements for people: a table for the terminal, CSV, and a page to print."""

import csv
import html
import io
from collections.abc import Sequence

from msgspec import Struct

from backend.i18n import Translator
from backend.ledger import movements as m
from backend.ledger.revenue import ChargeLine
from backend.ledger.statements import Statement

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; color: #111; max-width: 46rem; margin: 3rem auto; }
h1 { font-size: 1.4rem; margin-bottom: 0; } p { color: #444; }
table { border-collapse: collapse; width: 100%; margin: 1.5rem 0; }
th, td { padding: .4rem .6rem; border-bottom: 1px solid #ddd; text-align: start; }
td + td, th + th { text-align: end; font-variant-numeric: tabular-nums; }
tr.total td { font-weight: 600; border-top: 2px solid #111; }
@page { margin: 2cm; } @media print { body { margin: 0; max-width: none; } }
"""


class Row(Struct, frozen=True):
    """One line: an amount in billionths of a Star, in micro-dollars, or both; and how often."""

    key: str
    nanostars: int | None = None
    micro_dollars: int | None = None
    total: bool = False
    count: int | None = None


def rows(one: Statement) -> tuple[Row, ...]:
    """The statement's lines, top to bottom."""
    rate = one.terms.micro_dollars_per_star

    def stars(key: str, nanostars: int, *, total: bool = False) -> Row:
        return Row(key, nanostars, nanostars * rate // m.NANO, total)

    paid = one.gross_stars * one.terms.paid_micro_dollars_per_star
    return (
        Row("paid_by_people", one.gross_stars * m.NANO, paid, count=one.sold),
        Row("gross", one.gross_stars * m.NANO, one.gross_stars * rate, count=one.sold),
        Row(
            "refunds", -one.refunded_stars * m.NANO, -one.refunded_stars * rate, count=one.returned
        ),
        stars("commission", -one.commission_nanostars),
        stars("net", one.net_nanostars, total=True),
        stars("held", one.held_nanostars),
        Row("provider_cost", micro_dollars=-one.provider_cost_micro_dollars),
        stars("share", one.share_stars * m.NANO),
        Row("top_up", micro_dollars=one.top_up_micro_dollars),
        Row("term_top_up", micro_dollars=one.term_top_up_micro_dollars),
        Row("paid_in_stars", one.paid_in_stars * m.NANO),
        Row("paid_in_dollars", micro_dollars=one.paid_in_micro_dollars),
        Row("recouped", micro_dollars=-one.recouped_micro_dollars),
        Row("agreed", micro_dollars=one.agreed_micro_dollars),
        Row("opening", one.opening_stars * m.NANO, one.opening_micro_dollars),
        Row("paid_out", -one.paid_out_stars * m.NANO, -one.paid_out_micro_dollars),
        Row("due", one.due_stars * m.NANO, one.due_micro_dollars, total=True),
        Row("margin", micro_dollars=one.margin_micro_dollars, total=True),
    )


def star_text(nanostars: int | None) -> str:
    """Stars with as many decimals as there are."""
    return "" if nanostars is None else _decimal(nanostars, m.NANO, 0)


def dollar_text(micro_dollars: int | None) -> str:
    """Dollars with two decimals, or as many as there are."""
    return "" if micro_dollars is None else _decimal(micro_dollars, 1_000_000, 2)


def as_table(one: Statement, t: Translator) -> str:
    """The statement in columns of plain text."""
    cells = [
        (t(f"billing.statement.{row.key}"), star_text(row.nanostars),
         dollar_text(row.micro_dollars))
        for row in rows(one)
    ]  # fmt: skip
    cells.insert(0, ("", t("billing.statement.stars"), t("billing.statement.dollars")))
    widths = [max(len(cell[column]) for cell in cells) for column in range(3)]
    lines = [_title(one, t), *_terms(one, t), ""]
    for label, stars, dollars in cells:
        line = f"{label:<{widths[0]}}  {stars:>{widths[1]}}  {dollars:>{widths[2]}}"
        lines.append(line.rstrip())
    return "\n".join(lines)


def as_csv(one: Statement) -> str:
    """The statement for a spreadsheet or a program; `line` is stable, not worded."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(("partner", "month", "state", "line", "stars", "dollars", "count", "number"))
    state = "closed" if one.closed_at else "open"
    for row in rows(one):
        amounts = (star_text(row.nanostars), dollar_text(row.micro_dollars))
        count = "" if row.count is None else row.count
        number = one.number or ""
        writer.writerow((one.terms.partner, one.month, state, row.key, *amounts, count, number))
    return out.getvalue()


def charges_csv(one: Statement, lines: Sequence[ChargeLine]) -> str:
    """Every sale, return and commission behind a statement, by charge; it names no person."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(
        ("number", "month", "charge", "what", "plan_kind", "at", "sold_in", "stars",
         "share_percent")
    )  # fmt: skip
    shares = {shared.revenue.sale_month: shared.share_basis_points for shared in one.shared}
    for line in lines:
        points = shares.get(line.sale_month)
        if points is None or line.plan_kind not in one.terms.sells:
            continue
        writer.writerow(
            (one.number or "", one.month, line.charge_id, line.kind, line.plan_kind,
             f"{line.occurred_at:%Y-%m-%dT%H:%M:%SZ}", line.sale_month,
             star_text(line.nanostars), _decimal(points, 100, 0))
        )  # fmt: skip
    return out.getvalue()


def as_page(one: Statement, t: Translator) -> str:
    """The statement as a page that prints well, also to PDF; it has no external resources."""
    body = "".join(
        f"<tr{' class=total' if row.total else ''}>"
        f"<td>{html.escape(t(f'billing.statement.{row.key}'))}</td>"
        f"<td>{star_text(row.nanostars)}</td><td>{dollar_text(row.micro_dollars)}</td></tr>"
        for row in rows(one)
    )
    title, terms = html.escape(_title(one, t)), "<br>".join(map(html.escape, _terms(one, t)))
    head = "".join(
        f"<th>{html.escape(text)}</th>"
        for text in ("", t("billing.statement.stars"), t("billing.statement.dollars"))
    )
    return (
        f'<!doctype html><html lang="{t.language}" dir="{t.direction}"><meta charset="utf-8">'
        f"<title>{title}</title><style>{_STYLE}</style><h1>{title}</h1><p>{terms}</p>"
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></html>"
    )


def _title(one: Statement, t: Translator) -> str:
    return t("billing.statement.title", partner=one.terms.name, month=one.month)


def _terms(one: Statement, t: Translator) -> list[str]:
    percent = _decimal(one.terms.share_basis_points, 100, 0)
    rate = dollar_text(one.terms.micro_dollars_per_star)
    state = "closed" if one.closed_at else "open"
    return [
        *([t("billing.statement.number", number=one.number)] if one.number else []),
        t(f"billing.statement.state_{one.terms.state}"),
        t("billing.statement.terms", percent=percent, rate=rate),
        t("billing.statement.hold", days=one.terms.hold_days, date=f"{one.hold_ends:%Y-%m-%d}"),
        t(f"billing.statement.{state}", date=f"{one.closed_at:%Y-%m-%d}" if one.closed_at else ""),
    ]


def _decimal(value: int, unit: int, least: int) -> str:
    """`value` / `unit` written exactly, with at least so many decimals."""
    sign, size = ("-" if value < 0 else ""), abs(value)
    digits = len(str(unit)) - 1
    fraction = f"{size % unit:0{digits}}".rstrip("0").ljust(least, "0")
    whole = f"{size // unit}"
    return f"{sign}{whole}.{fraction}" if fraction else f"{sign}{whole}"
