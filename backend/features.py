"""What an operator may switch off, and whom the service is offered to.

One table says of each feature where it is: its files in the API and in the bot. One that is off is
absent there: the API answers 404 with `feature_off`, the bot has no such command, and
`GET /api/models` tells the app what is left.
"""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, get_args

from msgspec import Struct

from backend.errors import NotOfferedHere

if TYPE_CHECKING:
    from backend.settings import Settings

FeatureName: TypeAlias = Literal[
    "checks",
    "sharing",
    "groups",
    "inline",
    "business",
    "pictures",
    "schedules",
    "voice",
    "suggestions",
]
FEATURE_NAMES: Final[tuple[FeatureName, ...]] = get_args(FeatureName)


class FeaturePlaces(Struct, frozen=True):
    """Files of `web/api` and of `bot/handlers` that are this feature and nothing else. Pictures and
    voice are made by models: without the feature there are none (`llm/room.py`)."""

    api: tuple[str, ...] = ()
    bot: tuple[str, ...] = ()


FEATURES: Final[Mapping[FeatureName, FeaturePlaces]] = {
    "checks": FeaturePlaces(api=("checks",), bot=("check",)),
    "sharing": FeaturePlaces(api=("shares",)),
    "groups": FeaturePlaces(
        bot=(
            *("groups", "group_acts", "group_ask", "group_keeping", "group_rules"),
            "group_summary",
        )
    ),
    "inline": FeaturePlaces(bot=("inline", "guest")),
    "business": FeaturePlaces(bot=("business", "business_owner")),
    "pictures": FeaturePlaces(bot=("image",)),
    "schedules": FeaturePlaces(api=("schedules",), bot=("schedule", "digest")),
    "voice": FeaturePlaces(api=("speech",)),
    "suggestions": FeaturePlaces(api=("suggestions",)),
}


def features_on(settings: "Settings") -> tuple[FeatureName, ...]:
    """What there is, in the table's order."""
    return tuple(name for name in FEATURE_NAMES if name not in settings.features_off)


def api_off(settings: "Settings") -> frozenset[str]:
    """The files of `web/api` that are switched off."""
    return frozenset(one for name in _off(settings) for one in FEATURES[name].api)


def handlers_off(settings: "Settings") -> frozenset[str]:
    """The files of `bot/handlers` that are switched off."""
    return frozenset(one for name in _off(settings) for one in FEATURES[name].bot)


def check_offered(
    settings: "Settings", *, language: str | None, country: str | None = None
) -> None:
    """Let people in whom the service is offered to. What nobody has said is not guessed: a
    language that Telegram does not tell, or a country that no proxy names, is let in.

    Raises:
        NotOfferedHere.
    """
    tag = (language or "").partition("-")[0].lower()
    if tag and not _is_among(tag, settings.served_languages):
        raise NotOfferedHere
    if country and not _is_among(country.upper(), settings.served_countries):
        raise NotOfferedHere


def _is_among(one: str, served: Collection[str]) -> bool:
    return not served or one in served


def _off(settings: "Settings") -> list[FeatureName]:
    return [name for name in FEATURE_NAMES if name in settings.features_off]
