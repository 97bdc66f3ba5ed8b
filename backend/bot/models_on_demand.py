"""Lets aiogram's models be built when they are first used, not all when it is imported.

aiogram asks for that itself (`defer_build`), and then builds all 403 types while it is imported,
only to give them the names that their annotations use. Here the names are handed to the models
instead, and pydantic builds the few that are used. Measured: 107 MB less in every process, and
aiogram imported in 0.6 s instead of 2.4. It must run before aiogram is first imported; after
that it changes nothing. Why: docs/decisions/0006-aiogram-models-on-demand.md.
"""

import sys
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel


def import_aiogram() -> None:
    """Import aiogram with its types left unbuilt."""
    if "aiogram" in sys.modules:
        return
    names: dict[str, Any] = {}

    def only_note(
        cls: type[BaseModel], /, *, _types_namespace: dict[str, Any] | None = None, **_: Any
    ) -> None:
        names.update(_types_namespace or {})

    build = BaseModel.__dict__["model_rebuild"]
    BaseModel.model_rebuild = classmethod(only_note)  # type: ignore[assignment, method-assign]
    try:
        import aiogram  # noqa: F401
    finally:
        BaseModel.model_rebuild = build  # type: ignore[method-assign]
    for model in _models_of("aiogram", BaseModel):
        # Where pydantic looks for names that a model's own module does not have.
        model.__pydantic_parent_namespace__ = names


def build_models() -> None:
    """Build the models of what Telegram sends and answers, which the first update would otherwise
    wait for. About a second of processor time, once."""
    from aiogram.methods import GetMe, GetUpdates, SendMessage, SetMyCommands
    from aiogram.types import Update

    from backend.bot.account.client import response_model

    Update.model_rebuild()
    for method in (SetMyCommands, GetMe, SendMessage, GetUpdates):
        method.model_rebuild()
        response_model(method.__returning__).model_rebuild()


def _models_of(package: str, base: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for model in base.__subclasses__():
        if model.__module__.partition(".")[0] == package:
            yield model
        yield from _models_of(package, model)


import_aiogram()
