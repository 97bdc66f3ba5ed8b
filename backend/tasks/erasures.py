"""Resumes erasures that their process left, and delivers waiting certificates."""

from contextlib import suppress
from datetime import timedelta

from backend.errors import ChatClosed
from backend.tasks.parts import Parts
from backend.tasks.schedule import PeriodicJob


def make_job(parts: Parts) -> PeriodicJob:
    """Every ten minutes."""

    async def run() -> None:
        for user_id, language in await parts.erasures.unfinished():
            async for _ in parts.erasures.carry_out(user_id):
                pass
            certificate = await parts.erasures.certificate(user_id)
            if certificate is not None:
                with suppress(ChatClosed):
                    await parts.erasure_chat.deliver(user_id, language, certificate)
                    await parts.erasures.delivered(user_id)

    return PeriodicJob("erasures", timedelta(minutes=10), run)
