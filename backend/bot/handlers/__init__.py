"""The bot's commands, one file each; new files are discovered.

A handler parses an update, calls one use case and renders the result. It has `make_router()`, and
`COMMANDS`: the names of its commands for Telegram's list, as `(order, name)`. Commands do not wait
for running answers unless the file says `ASKS = True`. The tasks' commands come from the prompts'
headers. Descriptions are the catalogue's `bot.command.<name>`.
"""

import pkgutil
from collections.abc import Set
from importlib import import_module
from operator import itemgetter
from types import ModuleType

from aiogram import Router
from aiogram.types import BotCommand

from backend.bot.handlers.tasks import task_commands, task_name
from backend.features import Features, feature_of_handler
from backend.i18n import Translator

__all__ = ["command_list", "group_command_list", "group_routers", "quick_commands", "routers"]

TASKS_PLACE = 11
"""The position of the tasks' commands in Telegram's list."""


def handler_modules() -> list[ModuleType]:
    """All handler modules; those with `LAST = True`, which handle what the others did not, come
    last."""
    modules = [
        import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)
    ]
    return sorted(modules, key=lambda module: getattr(module, "LAST", False))


NONE_OFF: frozenset[str] = frozenset()


def routers(features: Features) -> list[Router]:
    """New routers of the files for the chat with the bot, in the order in which they are tried. A
    file whose feature is off has no router (backend/features.py)."""
    return [_router(one, features) for one in handler_modules() if not _is_for_groups(one)]


def group_routers(features: Features) -> list[Router]:
    """New routers of the files with `GROUPS = True`, for groups."""
    return [_router(one, features) for one in handler_modules() if _is_for_groups(one)]


def _router(module: ModuleType, features: Features) -> Router:
    made: Router = module.make_router()
    feature = feature_of_handler(_file(module))
    if feature is not None:
        for name, observer in made.observers.items():
            if name != "error":
                observer.filter(lambda _: features.is_on(feature))
    return made


def group_command_list(t: Translator, off: Set[str] = NONE_OFF) -> list[BotCommand]:
    """The list of commands that Telegram shows in groups, without those of files that are `off`."""
    modules = [module for module in _on(off) if _is_for_groups(module)]
    names = [name for module in modules for name in module.GROUP_COMMANDS]
    return [BotCommand(command=name, description=t(f"bot.group.command.{name}")) for name in names]


def _on(off: Set[str]) -> list[ModuleType]:
    return [one for one in handler_modules() if _file(one) not in off]


def _file(module: ModuleType) -> str:
    return module.__name__.rpartition(".")[2]


def _is_for_groups(module: ModuleType) -> bool:
    return getattr(module, "GROUPS", False)


def quick_commands() -> frozenset[str]:
    """The commands that ask no model: those of every file without `ASKS = True`."""
    quick = [module for module in handler_modules() if not getattr(module, "ASKS", False)]
    return frozenset(name for module in quick for _, name in getattr(module, "COMMANDS", ()))


def command_list(t: Translator, off: Set[str] = NONE_OFF) -> list[BotCommand]:
    """The list of commands that Telegram shows, in one language, without those of files that are
    `off`."""
    fixed = [entry for module in _on(off) for entry in getattr(module, "COMMANDS", ())]
    listed = [*fixed, *((TASKS_PLACE, command) for command in task_commands())]
    listed.sort(key=itemgetter(0))
    return [BotCommand(command=name, description=_described(name, t)) for _, name in listed]


def _described(command: str, t: Translator) -> str:
    """A task without a text of its own is shown by its name, any other command by the text's
    key."""
    tasks = task_commands().get(command)
    found = t.find(key := f"bot.command.{command}")
    return found or (task_name(tasks[0], t) if tasks else key)
