"""A client of the control API for tests of any bot: act as a person, and wait for the bot's
messages.

It is blocking and uses only HTTP: the emulator is a process of its own, and the bot can be too.
`telegram.mjs` beside this file is the same for JavaScript.
"""

from telegram_emulator.client.person import Person
from telegram_emulator.client.replay import replay
from telegram_emulator.client.said import Pressed, Said, Silence
from telegram_emulator.client.telegram import Telegram, running

__all__ = ["Person", "Pressed", "Said", "Silence", "Telegram", "replay", "running"]
