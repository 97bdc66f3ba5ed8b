"""Writes methods.md beside this file, the table of all methods of the Bot API."""

from pathlib import Path

from telegram_emulator.api.known_methods import table

Path(__file__).with_name("methods.md").write_text(table(), "utf-8")
