"""The text of a check in the Bot API's HTML (core.telegram.org/bots/api#html-style)."""

from html import escape

from backend.checks import Check, Claim, Price, link_to
from backend.i18n import Translator
from backend.metering import spending

CLAIM, QUOTE = 220, 180
"""How many characters of a claim and of a quotation are shown: eight of each fit into a message."""
MARKS = {"agrees": "🟢", "conflicts": "🔴", "none": "⚪"}


def listed(check: Check, t: Translator) -> str:
    """The claims, and the price of checking them."""
    if not check.claims:
        return escape(t("app.check.nothing"))
    claims = [
        f"{n}. {escape(_cut(one.text, CLAIM))}" for n, one in enumerate(check.shown.claims, 1)
    ]
    lines = [t("bot.check.choose"), *price_lines(check.price, len(check.claims), t)]
    return "\n".join([*claims, "", *map(escape, lines), *_who(check, t)])


def price_lines(price: Price, claims: int, t: Translator) -> list[str]:
    """The price, shown before it runs."""
    each = price.claim_micro_dollars
    if each is None:
        return [t("app.check.message"), t("app.check.cost.unknown")]
    cost = [t("app.check.cost", cost=f"${spending.dollars(each * claims)}")] if each else []
    return [t("app.check.message"), *cost]


def progress(check: Check, t: Translator) -> str:
    """The results so far, and how it ended."""
    claims = [
        _claim(number, one, t, ended=check.state != "running", linked=not check.simulated)
        for number, one in enumerate(check.shown.claims, 1)
        if one.kept
    ]
    ends = [t(f"app.check.{check.state}")] if check.state in ("stopped", "interrupted") else []
    if check.state == "failed" and check.error_code:
        ends.append(t(f"error.{check.error_code}.title"))
    return "\n\n".join([*claims, *map(escape, [*ends, t("app.check.limits")]), *_who(check, t)])


def _claim(number: int, claim: Claim, t: Translator, *, ended: bool, linked: bool) -> str:
    head = f"{number}. {escape(_cut(claim.text, CLAIM))}"
    if claim.verdict is None:
        return f"{head}\n{escape(t('app.check.dropped' if ended else 'app.check.waiting'))}"
    word = f"{MARKS[claim.verdict]} {escape(t(f'app.check.{claim.verdict}'))}"
    if not claim.quote:
        return f"{head}\n{word}"
    quote = f"“{escape(_cut(claim.quote, QUOTE))}”"
    if linked:
        quote = f'<a href="{escape(link_to(claim.url, claim.quote))}">{quote}</a>'
    return f"{head}\n{word}: {quote}"


def _who(check: Check, t: Translator) -> list[str]:
    lines = [t("app.check.by", model=check.model_name)]
    if check.simulated:
        lines.append(t("app.check.simulated"))
    return [f"<i>{escape(line)}</i>" for line in lines]


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
