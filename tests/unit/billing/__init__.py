"""Billing's pure parts: plans, plan state, movements, statements."""
