"""The plans: sound in themselves, named in one place, worded in every language."""

import ast
from pathlib import Path

import pytest

from backend import i18n
from backend.billing import plans

BACKEND = Path(plans.__file__).parent.parent

# Price classes of models share a word with a plan; the catalogue of models is not about plans.
ELSEWHERE = {"llm"}


def test_plans_are_sound() -> None:
    """Ids are unique, opened plans have limits, prices fit Telegram's bounds."""
    assert len({plan.id for plan in plans.PLANS}) == len(plans.PLANS)
    assert len(plans.of_kind("free")) == len(plans.of_kind("subscription")) == 1
    for plan in plans.PLANS:
        assert plans.get(plan.opens).limits is not None, plan.id
        assert 0 <= plan.stars <= 10_000, f"{plan.id}: Telegram takes at most 10 000 Stars"
        assert bool(plan.credits) == (plan.kind == "pack"), plan.id
        if plan.recurring:
            assert plan.seconds == plans.MONTH_SECONDS, f"{plan.id}: the only period there is"


@pytest.mark.parametrize("language", i18n.languages())
def test_invoices_fit_telegram(language: str) -> None:
    """Every plan is worded in every language within createInvoiceLink's limits."""
    t = i18n.translator(language)
    texts = t.subset(("billing.",))
    for plan in plans.PLANS:
        assert plan.name_key in texts
        for feature in plan.features:
            assert f"billing.feature.{feature}" in texts
        if plan.for_sale:
            assert plan.invoice_title_key in texts
            assert plan.invoice_description_key in texts
            values = {"credits": plan.credits, "stars": plan.stars}
            assert 1 <= len(t(plan.invoice_title_key, **values)) <= 32, plan.id
            assert 1 <= len(t(plan.invoice_description_key, **values)) <= 255, plan.id


def test_plan_names_live_in_one_file() -> None:
    """Code asks `plans` for a plan by its kind; no other file spells a plan's id."""
    ids = {plan.id for plan in plans.PLANS}
    for path in sorted(BACKEND.rglob("*.py")):
        if path == Path(plans.__file__) or path.relative_to(BACKEND).parts[0] in ELSEWHERE:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and node.value in ids:
                # A kind or a grant's source may share a word with an id; those are billing's.
                if node.value in KINDS and path.parent.name == "billing":
                    continue
                pytest.fail(
                    f"{path.relative_to(BACKEND)}:{node.lineno} names the plan {node.value!r}; "
                    "ask plans.of_kind(…), plans.default() or the plan's fields instead"
                )


KINDS = {"free", "subscription", "trial", "gift", "pack"}
