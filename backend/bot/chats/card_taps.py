"""What a tap on a checklist or a quiz does, from a widget or from a button. Any client can send
other data than its card has, so the answer must be the person's own, and the position and the mark
must be among those shown."""

from backend.bot.cards.checklists import DONE, OPEN, fresh_marks, tasks_in
from backend.bot.cards.quizzes import fresh_answers, read_quiz
from backend.bot.cards.tapped import CardTap, TappedChecklist, TappedQuiz
from backend.bot.chats.card_marks import CardMarks
from backend.bot.chats.chats import Chats
from backend.conversations import Message
from backend.errors import MessageNotFound, NotFound
from backend.placeholders import restore


class CardTaps:
    """Carries out taps on people's own answers."""

    def __init__(self, marks: CardMarks, chats: Chats) -> None:
        self._marks = marks
        self._chats = chats

    async def checklist(self, user_id: int, answer: Message) -> TappedChecklist:
        """The checklist of an answer as it is marked now."""
        tasks = tasks_in(await self._text(user_id, answer))
        marks = await self._marks.of(user_id, answer.id, fresh_marks(tasks))
        return TappedChecklist(answer, tasks, marks)

    async def tick(self, user_id: int, tap: CardTap) -> TappedChecklist:
        """Set a task's mark.

        Raises:
            NotFound: the answer is gone or somebody else's, or has no such task.
        """
        answer = await self._answer(user_id, tap)
        tasks = tasks_in(await self._text(user_id, answer))
        if tap.place >= len(tasks) or tap.mark not in (DONE, OPEN):
            raise NotFound
        marks = await self._marks.set_mark(
            user_id, answer, tap.place, tap.mark, fresh_marks(tasks), final=False
        )
        return TappedChecklist(answer, tasks, marks)

    async def answer_quiz(self, user_id: int, tap: CardTap) -> TappedQuiz:
        """Answer a question; the first answer stands.

        Raises:
            NotFound: the answer is gone or somebody else's, or has no such question or option.
        """
        answer = await self._answer(user_id, tap)
        questions = read_quiz(await self._text(user_id, answer)) or []
        if tap.place >= len(questions):
            raise NotFound
        if tap.mark not in map(str, range(len(questions[tap.place].options))):
            raise NotFound
        marks = await self._marks.set_mark(
            user_id, answer, tap.place, tap.mark, fresh_answers(questions), final=True
        )
        return TappedQuiz(answer, questions, marks, tap.place)

    async def _answer(self, user_id: int, tap: CardTap) -> Message:
        answer = await self._chats.message(user_id, tap.message_id)
        if answer is None:
            raise MessageNotFound
        return answer

    async def _text(self, user_id: int, answer: Message) -> str:
        """The answer as the person sees it: with the names that placeholders stand for."""
        names = await self._chats.placeholders(user_id, answer.conversation_id)
        return restore(answer.text, names)
