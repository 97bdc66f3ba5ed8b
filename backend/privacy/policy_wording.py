"""What a provider declares about requests, in plain language."""

from backend.i18n import Translator
from backend.llm import DataPolicy


def policy_lines(policy: DataPolicy, t: Translator) -> list[str]:
    """One line each, also for what is unknown."""
    region = t("app.consent.region", region=_place(policy.region, t)) if policy.region else ""
    days = policy.retention_days
    kept = t("app.consent.kept.unknown") if days is None else t.plural("app.consent.kept", days)
    if days == 0:
        kept = t("app.consent.kept.none")
    known = {None: "unknown", True: "yes", False: "no"}[policy.trains]
    return [line for line in (region, kept, t(f"app.consent.trains.{known}")) if line]


def _place(region: str, t: Translator) -> str:
    """The catalog's name of a place in the reader's language; an operator's own one as it is."""
    return t.find(f"app.region.{region.lower().replace(' ', '_')}") or region
