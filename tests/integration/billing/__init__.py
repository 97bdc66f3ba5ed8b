"""The ledger, subscriptions and jobs of billing against real databases."""
