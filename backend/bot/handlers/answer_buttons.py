"""The buttons under an answer: regenerate, ask another model, shorter, longer, sources, check,
listen."""

from uuid import UUID

from aiogram import Bot, F, Router
from aiogram.types import CallbackQuery, Message

from backend.bot.answering.answer_buttons import (
    SHOW,
    answer_buttons,
    model_buttons,
    more_buttons,
    read_button,
    short_id,
)
from backend.bot.answering.answers import CUT_SHORT, MOMENT, Request, question_id, respond
from backend.bot.answering.shown_cards import send_checklist
from backend.bot.answering.spoken_answers import speak_answer
from backend.bot.cards.checklists import has_tasks
from backend.bot.context import BotContext
from backend.bot.handlers.check import offer_check
from backend.bot.inbox.updates import ASK_AGAIN
from backend.bot.sending.buttons import acknowledge, show_buttons, use_up
from backend.bot.sending.messages import send_plain
from backend.bot.sending.places import ChatPlace, place_of
from backend.checks import CheckRequest
from backend.citations import Citation
from backend.conversations import Message as Kept
from backend.generation import Continue, Regenerate, SendMessage
from backend.i18n import Translator

REWORDED = ("shorter", "longer")


def make_router() -> Router:
    """The router of this file."""
    router = Router(name="answer_buttons")
    router.callback_query.register(show, F.data.startswith(SHOW))
    router.callback_query.register(ask_again, F.data.startswith(ASK_AGAIN))
    return router


async def show(query: CallbackQuery, bot: Bot, t: Translator, context: BotContext) -> None:
    """Buttons that ask no model: showing other buttons, and the sources."""
    action, answer = await _pressed(query, context)
    if answer is None or not isinstance(query.message, Message):
        await acknowledge(query, t("bot.answer.gone"))
        return
    await acknowledge(query)
    person, place = query.from_user.id, place_of(query.message)
    ids, goes_on = (answer.id, answer.conversation_id), answer.state in CUT_SHORT
    match action:
        case "more":
            sources = bool(answer.citations)
            keyboard = more_buttons(*ids, t, context.links, sources=sources, goes_on=goes_on)
            await show_buttons(query, keyboard)
        case "less":
            ticks = has_tasks(answer.text)
            keyboard = answer_buttons(*ids, t, context.links, goes_on=goes_on, ticks=ticks)
            await show_buttons(query, keyboard)
        case "tick":
            shown = await context.card_taps.checklist(person, answer)
            await send_checklist(bot, place, shown, t, context)
        case "models":
            models = await context.account.models(person)
            await show_buttons(query, model_buttons(answer.id, models, t))
        case "sources":
            await send_plain(bot, place, _sources(answer, t))


async def ask_again(query: CallbackQuery, bot: Bot, t: Translator, context: BotContext) -> None:
    """Buttons that ask a model. The answer replies to the question, and the buttons move to it.

    Raises:
        ServerDraining: another process is to answer.
    """
    action, answer = await _pressed(query, context)
    if answer is None or not isinstance(query.message, Message):
        await acknowledge(query, t("bot.answer.gone"))
        return
    person, place = query.from_user.id, place_of(query.message)
    key = question_id(person, query.id, MOMENT)
    if action == "check":
        await acknowledge(query)
        wanted = CheckRequest(key, message_id=answer.id)
        await offer_check(person, place, wanted, bot, t, context)
        return
    if action == "listen":
        await acknowledge(query)
        await speak_answer(place, person, answer, bot, t, context)
        return
    request = await _request(action, answer, key, person, t, context)
    if request is None:
        await acknowledge(query, t("bot.model.gone"), alert=True)
        return
    await acknowledge(query)
    await use_up(query)
    asked = ChatPlace(place.chat_id, place.thread_id, place.replies_to or place.number)
    known = answer.text if isinstance(request, Continue) else ""
    await respond(asked, request, bot, t, context, known=known)


async def _pressed(query: CallbackQuery, context: BotContext) -> tuple[str, Kept | None]:
    found = read_button(query.data or "")
    if found is None:
        return "", None
    action, message_id = found
    return action, await context.chats.message(query.from_user.id, message_id)


async def _request(
    action: str, answer: Kept, key: UUID, person: int, t: Translator, context: BotContext
) -> Request | None:
    """What a button asks for; None if its model is no longer offered."""
    if action == "continue":
        return Continue(id=key, message_id=answer.id)
    if action in REWORDED:
        return SendMessage(
            id=key,
            conversation_id=answer.conversation_id,
            parent_id=answer.id,
            branch=True,
            text=t(f"bot.answer.{action}.request"),
        )
    if action == "again":
        return Regenerate(id=key, message_id=answer.id)
    models = await context.account.models(person)
    model = next((one for one in models if short_id(one) == action), None)
    return Regenerate(id=key, message_id=answer.id, model_id=model.id) if model else None


def _sources(answer: Kept, t: Translator) -> str:
    lines = [f"{n}. {one.title or one.url}\n{one.url}" for n, one in enumerate(_once(answer), 1)]
    return "\n\n".join((t("bot.answer.sources.heading"), *lines))


def _once(answer: Kept) -> list[Citation]:
    """Each page once, in the order in which the answer cites it."""
    return list({one.url: one for one in answer.citations}.values())
