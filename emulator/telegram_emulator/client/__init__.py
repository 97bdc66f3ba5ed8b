"""A client of the control API, for tests of any bot: be a person, and wait for what it says.

It blocks, and speaks HTTP only: the emulator is a process of its own, and so may be the bot. The
same for JavaScript is `telegram.mjs` beside this file.
"""

from telegram_emulator.client.person import Person
from telegram_emulator.client.replay import replay
from telegram_emulator.client.said import Pressed, Said, Silence
from telegram_emulator.client.telegram import Telegram, running

__all__ = ["Person", "Pressed", "Said", "Silence", "Telegram", "replay", "running"]
