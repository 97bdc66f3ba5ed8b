"""Billing: plans, quota, subscriptions in Telegram Stars, the ledger and partners' statements.

What other rooms use: `quota` (reserve, settle, release, allowance, allowed_models,
concurrent_runs), `plans`, `access.current`.
"""

from backend.billing import access, plans, quota

__all__ = ["access", "plans", "quota"]
