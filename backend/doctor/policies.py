"""Whether a provider's policy and help lines, as shown to people, were verified recently."""

from datetime import datetime

from backend.doctor.finding import Finding
from backend.llm import Provider
from backend.llm.catalog import is_stale
from backend.safety import all_help_lines


def check_policy(provider: Provider, now: datetime) -> Finding:
    """When the provider's policy was last read."""
    read_on = provider.policy.read_on
    part, state = f"{provider.name}'s policy", f"last read on {read_on}"
    if not is_stale(provider, now.date()):
        return Finding(part, state if read_on else "nothing is said of it")
    return Finding(
        part,
        state if read_on else "has no source",
        "read what they say of requests, and give it with `sources` and `read_on` in MODELS_FILE",
    )


def check_help_lines(now: datetime) -> Finding:
    """When the help lines that people in a crisis are shown were last read."""
    stale = sorted({one.region for one in all_help_lines() if one.is_stale(now.date())})
    if not stale:
        return Finding("help lines", "read within a year")
    return Finding(
        "help lines",
        f"{', '.join(stale)} read more than a year ago",
        "look at their sources again, and change backend/safety/topics.toml",
    )
