"""/invite and /promo in the chat, and the links that start it.

Exercises backend/bot/handlers/invite.py.
"""

import re

from backend.billing import promo
from backend.i18n import translator
from backend.plans import plans
from telegram_emulator.testing import IVAN
from tests.fixtures.chat import BotChat, text_of

EN, RU = translator("en"), translator("ru")
PLAN = plans.of_kind("subscription")[0]


async def test_a_link_brings_a_friend(ann: BotChat) -> None:
    """The friend is greeted and told what a subscription brings. The inviter sees a count, not who
    came; a person's own link has no effect."""
    said = text_of(await ann.ask("/invite"))
    found = re.search(r"\?start=(ref_[\w-]+)", said)
    assert found
    assert len(found[1]) <= 64
    ivan = BotChat(ann.app, IVAN)
    await ivan.start(found[1])
    assert RU("bot.invite.joined", days=7) in ivan.said()[-1]
    assert "Came: 1." in text_of(await ann.ask("/invite"))
    await ann.start(found[1])
    assert EN("bot.invite.joined", days=7) not in ann.said()[-1]


async def test_a_promo_code_by_command_and_by_link(ann: BotChat) -> None:
    """A code works once; an unknown code is refused with a message."""
    container = ann.app.container
    async with container.database.unit_of_work() as db:
        await promo.make(db, "SPRING", PLAN.id, 5, 5, None, container.clock())
    assert text_of(await ann.ask("/promo")) == EN("bot.promo.how")
    assert text_of(await ann.ask("/promo nothing")) == EN("bot.promo.unknown")
    assert text_of(await ann.ask("/promo spring")) == EN("bot.promo.opened")
    assert text_of(await ann.ask("/promo SPRING")) == EN("bot.promo.used")
    ivan = BotChat(ann.app, IVAN)
    await ivan.start("promo_SPRING")
    assert ivan.said()[-1] == RU("bot.promo.opened")
