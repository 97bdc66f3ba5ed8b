"""The plans: sound in themselves, named in one place, worded in every language."""

import ast
from pathlib import Path

import pytest

from backend import i18n
from backend.plans import plans

BACKEND = Path(plans.__file__).parent.parent

# Words that a plan's id happens to share, and why they are not about plans.
OTHERWISE = {
    "llm": "the price classes of models",
    "generation/request/model_choice.py": "the price classes of models",
    "bot/handlers/premium.py": "the command's own name",
    "bot/dispatcher.py": "the command's name",
    "billing": "the kinds of plans",
    "plans": "the kinds of plans",
}


def test_plans_are_sound() -> None:
    """Ids are unique, opened plans have limits, prices fit Telegram's bounds."""
    assert len({plan.id for plan in plans.PLANS}) == len(plans.PLANS)
    assert len(plans.of_kind("free")) == len(plans.of_kind("subscription")) == 1
    for plan in plans.PLANS:
        assert plans.get(plan.opens).limits is not None, plan.id
        assert 0 <= plan.stars <= 10_000, f"{plan.id}: Telegram takes at most 10 000 Stars"
        assert bool(plan.credits) == (plan.kind in ("pack", "group")), plan.id
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
    words = {plan.kind for plan in plans.PLANS} | {plan.opens for plan in plans.PLANS}
    for path in sorted(BACKEND.rglob("*.py")):
        if path == Path(plans.__file__):
            continue
        name = path.relative_to(BACKEND).as_posix()
        shared = any(name.startswith(place) for place in OTHERWISE)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and node.value in ids:
                fine = shared and node.value in words
                assert fine, (
                    f"{name}:{node.lineno} names the plan {node.value!r}; ask plans.of_kind(…), "
                    "plans.default() or the plan's fields instead"
                )
