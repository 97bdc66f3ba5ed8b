"""Moderation of one process's runs: the question before anybody is asked, its files and pages once
they are loaded, the answer while it is written, and once more, with its pictures, when it is whole.

While it is written only what is new is judged, with an overlap that is longer than any phrase of
the rules, so that all looks together cost what one would. What is refused is taken back whole.
"""

import asyncio
from typing import Final

import structlog
from msgspec.structs import replace

from backend.errors import AnswerWithheld, ModerationUnavailable, TanyaError
from backend.generation.run.outcome import Outcome, outcome_of_error
from backend.generation.run.running import ActiveRun, ActiveRuns
from backend.generation.schemas import Brought, RunOrder
from backend.llm import ImagePart, TextSource
from backend.safety import JudgedPicture, JudgedText, ModerationGuard, NoModeration

log = structlog.get_logger("tanya.generation")

LOOK_SECONDS: Final = 2.0
OVERLAP: Final = 200
"""Characters that are looked at again: a phrase may begin in one part and end in the next."""
MAX_PART: Final = 40_000
"""Characters that are judged at once."""


class RunModeration:
    """Guards the runs of this process."""

    def __init__(self, guard: ModerationGuard, active: ActiveRuns) -> None:
        self._guard = guard
        self._active = active

    async def check_question(self, running: ActiveRun) -> None:
        """Judge what the person asks.

        Raises:
            QuestionRefused: it is not to be asked.
            ModerationUnavailable: it could not be judged, and must not go unjudged.
        """
        order = running.order
        asked = next((one for one in order.sources if one.id == order.question_id), None)
        text = asked.text if isinstance(asked, TextSource) else ""
        await self._guard.check(
            JudgedText(
                user_id=order.run.user_id,
                side="question",
                text=text,
                subject_id=order.run.message_id,
                server_only=order.server_only,
                run_id=order.run.id,
                conversation_id=order.run.conversation_id,
                message_ids=() if asked is None or asked.id is None else (asked.id,),
                sources=() if asked is None else (asked,),
            )
        )

    async def check_materials(self, running: ActiveRun) -> None:
        """Judge the question's files and pages, as they go to the model. Raises as
        `check_question`."""
        order, unjudged = running.order, running.order.unjudged
        if not unjudged:
            return
        for one in unjudged:
            for start in range(0, len(one.text), MAX_PART - OVERLAP):
                part = one.text[start : start + MAX_PART]
                await self._guard.check(_material(order, (one,), text=part))
        seen = tuple(one for one in unjudged if one.picture is not None)
        await self._guard.check(_material(order, seen, pictures=tuple(map(_judged_picture, seen))))
        running.order = replace(order, unjudged=())

    async def look(self) -> None:
        """Judge what has been written since the last time, and end what is refused."""
        if isinstance(self._guard.moderation, NoModeration):
            return
        new = [
            one for one in self._active if not one.ending and one.relay.length > one.relay.judged
        ]
        await asyncio.gather(*map(self._look_at, new))

    async def _look_at(self, running: ActiveRun) -> None:
        try:
            await self._judge(running, whole=False)
        except AnswerWithheld:
            running.cut("withheld")
        except ModerationUnavailable:
            return  # its end decides
        except Exception:
            log.exception("answer_not_judged", run_id=str(running.order.run.id))

    async def check_answer(self, running: ActiveRun, outcome: Outcome) -> Outcome:
        """The outcome, once all that was written has been judged; what is refused is withdrawn."""
        if (refused := await self._refused(running, outcome)) is None:
            return outcome
        running.relay.withdraw()
        return outcome_of_error(refused, has_text=running.has_text)

    async def _refused(self, running: ActiveRun, outcome: Outcome) -> TanyaError | None:
        if isinstance(outcome.error, AnswerWithheld):
            return outcome.error
        try:
            await self._judge(running, whole=True)
            if running.relay.images:
                await self._guard.check(_answer_pictures(running))
        except TanyaError as error:
            return error
        except Exception:
            log.exception("answer_not_judged", run_id=str(running.order.run.id))
            return ModerationUnavailable()
        return None

    async def _judge(self, running: ActiveRun, *, whole: bool) -> None:
        """Judge what is new; of an answer that goes on, not its last word, which may be half."""
        relay = running.relay
        if whole and relay.taken_back:
            relay.judged = 0  # a look that was under way then may have counted what is gone
        text = relay.text
        end = len(text) if whole else max(text.rfind(" "), text.rfind("\n"), 0)
        judged = relay.judged
        while judged < end:
            start = _word_before(text, judged - OVERLAP)
            judged = min(end, judged + MAX_PART)
            await self._guard.check(_answer_part(running, text[start:judged]))
            relay.judged = judged


def _word_before(text: str, place: int) -> int:
    """Where the word at a place begins, if that is near: half a word could be another one."""
    if place <= 0:
        return 0
    near = max(0, place - OVERLAP)
    found = max(text.rfind(" ", near, place), text.rfind("\n", near, place))
    return place if found < 0 else found


def _answer_part(running: ActiveRun, part: str) -> JudgedText:
    order = running.order
    return JudgedText(
        user_id=order.run.user_id,
        side="answer",
        text=part,
        subject_id=order.run.message_id,
        server_only=order.server_only,
        run_id=order.run.id,
        conversation_id=order.run.conversation_id,
        message_ids=(order.run.message_id,),
        sources=(TextSource("message", order.run.message_id, running.text),),
    )


def _answer_pictures(running: ActiveRun) -> JudgedText:
    """The pictures that a model made; none of them is stored yet."""
    pictures = tuple(
        JudgedPicture(None, ImagePart(one.media_type, one.data)) for one in running.relay.images
    )
    return replace(_answer_part(running, ""), pictures=pictures, sources=())


def _material(
    order: RunOrder,
    brought: tuple[Brought, ...],
    *,
    text: str = "",
    pictures: tuple[JudgedPicture, ...] = (),
) -> JudgedText:
    return JudgedText(
        user_id=order.run.user_id,
        side="question",
        text=text,
        pictures=pictures,
        subject_id=order.run.message_id,
        server_only=order.server_only,
        run_id=order.run.id,
        conversation_id=order.run.conversation_id,
        message_ids=(order.question_id,),
        file_ids=tuple(one.source.id for one in brought if one.source.id is not None),
        sources=tuple(one.source for one in brought),
    )


def _judged_picture(brought: Brought) -> JudgedPicture:
    assert brought.picture is not None
    return JudgedPicture(brought.source.id, brought.picture)
