"""The bot's commands, gathered from its handler files: one file in handlers/ is one command.

A handler file has a `router`, and `COMMANDS`: the names it answers to that belong in Telegram's
list, in `(order, name)` form. Their descriptions are the catalogue's `bot.command.<name>`.
"""

import pkgutil
from importlib import import_module
from types import ModuleType

from aiogram import Router
from aiogram.types import BotCommand

import backend.bot.handlers
from backend.i18n import Translator


def handler_modules() -> list[ModuleType]:
    """Every handler file; one that takes what no other took says `LAST = True`."""
    package = backend.bot.handlers
    modules = [
        import_module(f"{package.__name__}.{found.name}")
        for found in pkgutil.iter_modules(package.__path__)
    ]
    return sorted(modules, key=lambda module: getattr(module, "LAST", False))


def routers() -> list[Router]:
    """Fresh routers of all handler files, in the order in which they are asked."""
    return [module.make_router() for module in handler_modules()]


def command_list(t: Translator) -> list[BotCommand]:
    """The list that Telegram shows, in one language."""
    listed = sorted(
        entry for module in handler_modules() for entry in getattr(module, "COMMANDS", ())
    )
    return [BotCommand(command=name, description=t(f"bot.command.{name}")) for _, name in listed]
