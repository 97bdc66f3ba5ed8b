"""All methods of the Bot API: implemented ones, and those only known to exist."""

from functools import cache

from telegram_emulator.api.methods import all_methods
from telegram_emulator.refusals import ApiError

NEWER = {
    "sendWidget": "10.4",
    "sendSharedWidget": "10.4",
    "editMessageWidgetData": "10.4",
    "editSharedWidgetData": "10.4",
    "answerWidgetQuery": "10.4",
    "setMySettings": "10.5",
}
"""Methods that aiogram's types do not have yet, with the Bot API version of each."""


@cache
def known_methods() -> dict[str, bool]:
    """Every method's name, and whether it is implemented."""
    from aiogram import methods  # imported here because it loads all of aiogram's methods

    models = (getattr(methods, name) for name in methods.__all__)
    names = {
        model.__api_method__
        for model in models
        if issubclass(model, methods.TelegramMethod) and model is not methods.TelegramMethod
    }
    played = all_methods()
    return {name: name.lower() in played for name in sorted({*names, *NEWER})}


def missing(name: str) -> ApiError:
    """The answer to an unimplemented method: 404 if Telegram has none of this name.

    Never a 5xx code: bot libraries would try again.
    """
    for known in known_methods():
        if known.lower() == name.lower():
            return ApiError(f"METHOD_NOT_PLAYED: {known} is not played by this emulator")
    return ApiError("method not found", 404)


def table() -> str:
    """The table of the documentation (docs/methods.md)."""
    methods = known_methods()
    played = [name for name, is_played in methods.items() if is_played]
    others = [name for name, is_played in methods.items() if not is_played]
    return "\n".join(
        (
            "# Methods of the Bot API",
            "",
            "Made by `python docs/make_methods.py`, and held to the code by "
            "`tests/unit/test_known_methods.py`.",
            "",
            f"## Played: {len(played)} of {len(methods)}",
            "",
            ", ".join(f"`{name}`" for name in played),
            "",
            f"## Answered with `METHOD_NOT_PLAYED`: {len(others)}",
            "",
            ", ".join(f"`{name}`" for name in others),
            "",
        )
    )
