"""Plays each place of Telegram in the emulator with a simulated model, for a picture of it and for
what left for the provider: `python -m tests.gallery surfaces`."""

from collections.abc import Awaitable, Callable
from typing import Final

from msgspec import Struct

from backend.i18n import translator
from backend.llm.simulation.simulated_painter import paint
from backend.uuid7 import uuid7
from telegram_emulator.actions import (
    ChooseInlineResult,
    CreateGroup,
    Forward,
    InlineQuery,
    LinkDiscussion,
    PressButton,
    SendFile,
    SendGuestMessage,
    SendText,
    SetAdmin,
)
from telegram_emulator.testing import IVAN
from tests.fixtures.app import ANN
from tests.fixtures.business import TEXT, shop_of
from tests.fixtures.chat import BotChat, buttons_of, text_of
from tests.fixtures.generation import until
from tests.integration.bot.test_cards import ask_list, choose_cards
from tests.integration.bot.test_groups import ASK, Group, made
from tests.integration.bot.test_steering import press
from tests.unit.bot.test_cards import QUIZ

BOT: Final = "@tanya_local_bot"
EN: Final = translator("en")
FRIENDS: Final = "Friends"
PACKING: Final = "For a day on the coast:\n\n- [x] Map\n- [ ] Rain jacket\n- [ ] Bread and cheese"


class Surface(Struct, frozen=True):
    """A place: its name, how it is played, and what is looked at then: a chat of Ann's by its
    title, or the chat with the bot; and what she `types` there."""

    name: str
    play: Callable[[BotChat], Awaitable[None]]
    shows: str | None = None
    types: str = ""


async def chat(ann: BotChat) -> None:
    """A question, its answer with buttons, and a reply to it."""
    ann.answers("Yes: it is firm, keeps for days, and tastes best a day old.")
    answer = await ann.ask("Is rye bread good for sandwiches?")
    await ann.quiet()
    ann.answers("| Bread | Keeps |\n|---|---|\n| Rye | 5 days |\n| Wheat | 2 days |\n\n**Rye**.")
    await ann.act(SendText(ANN, "And how long does it keep?", reply_to=answer["message_id"]))
    await ann.until(len(ann.sent()) + 1)


async def pictures(ann: BotChat) -> None:
    """A picture made of a description."""
    await ann.say("/image a red fox in the snow")
    await until(lambda: any("photo" in one for one in ann.sent()), 60)


async def stickers(ann: BotChat) -> None:
    """A sticker made of a photo."""
    data = paint(b"a cat, drawn by nobody, of thirty-two bytes")
    await ann.act(SendFile(ANN, "photo", "p.png", "image/png", data, caption="/sticker 🐈"))
    await until(lambda: any("sticker" in one for one in ann.sent()), 60)


async def digests(ann: BotChat) -> None:
    """What is asked at a set time, listed with its buttons."""
    client = await ann.app.sign_in()
    when = {"minute": 8 * 60, "weekdays": [1, 2, 3, 4, 5], "timeZone": "Europe/Lisbon"}
    body = {"id": str(uuid7()), "question": "What should I know today?", "when": when}
    status, told = await client.call("POST", "/api/schedules", body)
    assert status == 200, told
    await ann.ask("/schedule")


async def groups(ann: BotChat) -> None:
    """Turned on by its admin; a question about somebody's post, which its asker is shown first."""
    group = await made(ann)
    await group.enable()
    ann.answers("Bring a rain jacket: showers are likely on the coast in November.")
    said = await group.say("We walk on Sunday, write to ivan@example.org", IVAN)
    await group.say(ASK + "What do I need?", reply_to=said["message_id"])
    await group.decide(0)
    await group.until_said("rain jacket")


async def summary(ann: BotChat) -> None:
    """Of what was said by those who agreed."""
    group = await _admin_group(ann)
    await group.say(f"/keep{BOT}")
    await group.until_said("Choose what I may keep")
    offered = buttons_of(group.of_bot()[-1])
    shared = next(n for n, one in enumerate(offered) if one["callback_data"] == "keep:shared")
    await group.press(group.of_bot()[-1], shared)
    await group.until_said(EN("bot.keep.on.shared"))
    await group.press(group.of_bot()[-1], 0, ANN)
    await until(lambda: bool(ann.calls("answerCallbackQuery")[-1].request.get("text")))
    for text in ("We meet at noon.", "By the fountain.", "I bring bread and cheese."):
        await group.say(text)
    await group.say("I bring nothing.", IVAN)
    ann.answers("- The walk begins at noon, by the fountain.\n- Person A brings bread and cheese.")
    await group.say(f"/summary{BOT}")
    await group.until_said("bread and cheese")


async def rules(ann: BotChat) -> None:
    """A reported post: a proposal, which admins decide."""
    group = await _admin_group(ann)
    await group.say(f"/rules{BOT} 1. No advertising.")
    await group.until_said(EN("bot.rules.on"))
    ann.answers("ACT: delete\nREASON: Rule 1: it advertises watches.")
    post = await group.say("Buy my wonderful watches!", IVAN)
    before = len(group.of_bot())
    await group.say(f"/report{BOT}", reply_to=post["message_id"])
    await until(lambda: len(group.of_bot()) > before)


async def inline(ann: BotChat) -> None:
    """The chosen result has become the answer, in a chat without the bot."""
    other = await ann.act(CreateGroup(ANN, FRIENDS, member_ids=(IVAN,)))
    ann.answers("Because air scatters blue light more than red.")
    await ann.act(SendText(IVAN, "Why is the sky blue?", chat_id=other.chat_id))
    words = "why is the sky blue"
    await ann.act(InlineQuery(ANN, words, chat_id=other.chat_id))
    await ann.act(ChooseInlineResult(ANN, words, "ask", chat_id=other.chat_id))
    await until(lambda: "scatters" in _last(ann, other.chat_id))


async def guest(ann: BotChat) -> None:
    """Mentioned where it is no member, it answers once."""
    other = await ann.act(CreateGroup(ANN, FRIENDS, member_ids=(IVAN,)))
    ann.answers("No: it is made of rock, with a core of iron.")
    await ann.act(SendText(IVAN, "The moon is made of cheese.", chat_id=other.chat_id))
    said = ann.phone.emulator.hub.chats.record(other.chat_id).messages[-1].message["message_id"]
    await ann.act(SendGuestMessage(ANN, "", f"{BOT} is that so?", other.chat_id, reply_to=said))
    await until(lambda: "core of iron" in _last(ann, other.chat_id))


async def business(ann: BotChat) -> None:
    """A customer's question, and the draft for the owner."""
    shop = await shop_of(ann)
    await press(ann, ann.sent()[-1], EN("app.business.mode.draft"))
    await ann.until(3)
    await press(ann, ann.sent()[-1], EN("app.business.authorise.here"))
    await ann.quiet()
    await ann.ask(f"/business text {TEXT}")
    ann.answers("We open at nine. See you then!")
    await shop.writes("When do you open? Call +49 170 1234567.")
    await until(lambda: "See you then!" in text_of(ann.sent()[-1]))


async def saved(ann: BotChat) -> None:
    """Saved prompts and own answers, offered in another chat while one types."""
    await ann.ask("/saved Answer politely in Portuguese:")
    ann.answers("The walk begins at nine, by the fountain.")
    await ann.ask("When does the walk begin?")
    other = await ann.act(CreateGroup(ANN, FRIENDS, member_ids=(IVAN,)))
    await ann.act(SendText(IVAN, "When do we meet?", chat_id=other.chat_id))


async def invite(ann: BotChat) -> None:
    """A link, and what it gives to whom."""
    await ann.ask("/invite")


async def forwards(ann: BotChat) -> None:
    """Somebody's forwarded words: shown as they would go, before they go."""
    other = await ann.act(CreateGroup(ANN, FRIENDS, member_ids=(IVAN,)))
    await ann.act(SendText(IVAN, "Ask me at +49 170 1234567. Ivan", chat_id=other.chat_id))
    said = ann.phone.emulator.hub.chats.record(other.chat_id).messages[-1].message["message_id"]
    before = len(ann.sent())
    await ann.act(Forward(ANN, said, from_chat_id=other.chat_id))
    await ann.until(before + 1)
    shown = ann.sent()[-1]
    ann.answers("They give [phone 1] as their number, and want to be asked.")
    data = buttons_of(shown)[0]["callback_data"]
    await ann.act(PressButton(ANN, shown["message_id"], data))
    await until(lambda: "want to be asked" in text_of(ann.sent()[-1]))


async def comments(ann: BotChat) -> None:
    """Under a channel's post, in the channel's group."""
    channel = await ann.act(CreateGroup(ANN, "Walks", kind="channel"))
    group = await made(ann)
    await group.enable()
    await ann.act(LinkDiscussion(ANN, channel.chat_id, group.id))
    await ann.act(SendText(ANN, "Sunday: ten miles along the coast.", chat_id=channel.chat_id))
    await until(lambda: "ten miles" in _last(ann, group.id))
    post = group.messages()[-1]["message_id"]
    ann.answers("About four hours at an easy pace.")
    await group.say(ASK + "How long does that take?", reply_to=post)
    await until(lambda: bool(group.whispers()) or "four hours" in group.said()[-1])
    if group.whispers():
        await group.decide(0)
    await group.until_said("four hours")


async def checklist(ann: BotChat) -> None:
    """The tasks of an answer as buttons, two of them ticked."""
    card = await ask_list(ann, PACKING)
    await press(ann, card, "Rain jacket")
    await until(lambda: "☑ Rain jacket" in str(ann.sent()[-1]))


async def quiz(ann: BotChat) -> None:
    """A quiz as buttons: the first question is answered, the second one asked."""
    ann.answers(QUIZ)
    card = await ann.ask("/quiz planets")
    await press(ann, card, "B")
    await until(lambda: "Question 2" in text_of(ann.sent()[-1]))


async def checklist_card(ann: BotChat) -> None:
    """The tasks of an answer as a widget, for people who chose interactive cards."""
    await choose_cards(ann)
    await ask_list(ann, PACKING)


async def quiz_card(ann: BotChat) -> None:
    """A quiz as a widget."""
    await choose_cards(ann)
    ann.answers(QUIZ)
    await ann.ask("/quiz planets")


async def plans_card(ann: BotChat) -> None:
    """What can be bought, as a widget."""
    await choose_cards(ann)
    await ann.ask("/premium")


async def _admin_group(ann: BotChat) -> Group:
    group = await made(ann)
    await group.enable()
    bot_id = ann.phone.emulator.hub.profile.bot_id
    rights = ("can_delete_messages", "can_restrict_members")
    await ann.act(SetAdmin(ANN, group.id, bot_id, rights))
    return group


def _last(ann: BotChat, chat_id: int) -> str:
    return text_of(ann.phone.emulator.hub.chats.record(chat_id).messages[-1].message)


SURFACES: Final = (
    Surface("chat", chat),
    Surface("forwards", forwards),
    Surface("pictures", pictures),
    Surface("stickers", stickers),
    Surface("schedules", digests),
    Surface("groups", groups, FRIENDS),
    Surface("summary", summary, FRIENDS),
    Surface("rules", rules, FRIENDS),
    Surface("comments", comments, FRIENDS),
    Surface("inline", inline, FRIENDS),
    Surface("guest", guest, FRIENDS),
    Surface("business", business),
    Surface("saved", saved, FRIENDS, f"{BOT} nine"),
    Surface("invite", invite),
    Surface("checklist", checklist),
    Surface("quiz", quiz),
    Surface("checklist-card", checklist_card),
    Surface("quiz-card", quiz_card),
    Surface("plans-card", plans_card),
)
