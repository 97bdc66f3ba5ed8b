"""Moderation switched off by the operator: everything passes."""

from backend.safety.ports import JudgedText, Refusal


class NoModeration:
    """Refuses nothing, and sends nothing anywhere."""

    provider = None
    name = ""

    async def judge(self, judged: JudgedText) -> Refusal | None:
        """See Moderation."""
        return None
