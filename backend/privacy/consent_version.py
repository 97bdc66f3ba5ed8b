"""A hash of what a person agrees to; if it changes, they are asked again."""

import hashlib
from typing import Final

import msgspec

from backend.llm import Provider

OUR_POLICY: Final = 1
"""Raise it when Tanya's own handling of requests changes (docs/privacy.md)."""


def consent_version(provider: Provider) -> str:
    """A hash of the recipient and its policy. Re-reading or moving the policy page does not change
    it."""
    policy = provider.policy
    said = [OUR_POLICY, provider.name, policy.region, policy.retention_days, policy.trains]
    return hashlib.sha256(msgspec.json.encode(said)).hexdigest()[:32]
