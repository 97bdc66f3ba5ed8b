"""Plans: offers, prices, and a person's current access."""

from backend.plans import access, plans, wording
from backend.plans.access import GRACE, Access, Renewal
from backend.plans.plans import Limits, Plan, Terms

__all__ = [
    "GRACE",
    "Access",
    "Limits",
    "Plan",
    "Renewal",
    "Terms",
    "access",
    "plans",
    "wording",
]
