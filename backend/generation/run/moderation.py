"""Moderation of one process's runs: the question before a model is asked, its files and pages once
they are loaded, the answer while it is written, and again, with its pictures, at its end.

While it is written only new text is judged, with an overlap longer than any phrase of the rules, so
that all checks together cost as much as one. A refused answer is withdrawn as a whole.
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
"""The overlap in characters: a phrase may begin in one part and end in the next."""
MAX_PART: Final = 40_000
"""The most characters that are judged at once."""


class RunModeration:
    """Guards the runs of this process."""

    def __init__(self, guard: ModerationGuard, active: ActiveRuns) -> None:
        self._guard = guard
        self._active = active

    async def check_question(self, running: ActiveRun) -> None:
        """Judge the person's question.

        Raises:
            QuestionRefused: it may not be asked.
            ModerationUnavailable: it could not be judged, and the operator requires it.
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
        """Judge the question's files and pages, in the form in which the model gets them. Raises as
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
        """Judge new text of all running answers, and end refused ones."""
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
        """The outcome after the whole answer has been judged; refused text is withdrawn."""
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
        """Judge new text; in a running answer without its last word, which may be incomplete."""
        relay = running.relay
        if whole and relay.taken_back:
            relay.judged = 0  # a concurrent check may have counted withdrawn text
        text = relay.text
        end = len(text) if whole else max(text.rfind(" "), text.rfind("\n"), 0)
        judged = relay.judged
        while judged < end:
            start = _word_before(text, judged - OVERLAP)
            judged = min(end, judged + MAX_PART)
            await self._guard.check(_answer_part(running, text[start:judged]))
            relay.judged = judged


def _word_before(text: str, place: int) -> int:
    """The start of the word at a position, if it is near: part of a word could be another word."""
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
    """The pictures from a model, which are not stored yet."""
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
