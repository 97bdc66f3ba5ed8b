"""What an operator may switch off, and whom the service is offered to.

One table says of each feature where it is: its files in the API and in the bot. One that is off is
absent there: the API answers 404 with `feature_off`, the bot knows no such command, and
`GET /api/models` tells the app what is left. FEATURES_OFF switches off for good, the console while
the server runs.
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
            *("groups", "group_acts", "group_ask", "group_automatic", "group_keeping"),
            *("group_plan", "group_rules", "group_summary"),
        )
    ),
    "inline": FeaturePlaces(bot=("inline", "guest")),
    "business": FeaturePlaces(
        api=("business",), bot=("business", "business_files", "business_owner")
    ),
    "pictures": FeaturePlaces(bot=("image",)),
    "schedules": FeaturePlaces(api=("schedules",), bot=("schedule", "digest")),
    "voice": FeaturePlaces(api=("speech",)),
    "suggestions": FeaturePlaces(api=("suggestions",)),
}


class Features:
    """What is on now. What FEATURES_OFF names is off for good; the rest an operator can switch off
    and on while the server runs."""

    def __init__(self, settings: "Settings") -> None:
        self._never = frozenset(settings.features_off)
        self._switched_off: frozenset[str] = frozenset()

    def switch_off(self, names: Collection[str]) -> None:
        """Leave on what the settings allow, but for these."""
        self._switched_off = frozenset(names)

    def is_on(self, name: FeatureName) -> bool:
        """Whether people have this feature now."""
        return name not in self._never and name not in self._switched_off

    @property
    def on(self) -> tuple[FeatureName, ...]:
        """What there is now, in the table's order."""
        return tuple(name for name in FEATURE_NAMES if self.is_on(name))

    @property
    def switchable(self) -> tuple[FeatureName, ...]:
        """What the settings have left to operators, in the table's order."""
        return tuple(name for name in FEATURE_NAMES if name not in self._never)

    @property
    def handlers_off(self) -> frozenset[str]:
        """The files of `bot/handlers` that are off now."""
        return frozenset(
            file for name in FEATURE_NAMES if not self.is_on(name) for file in FEATURES[name].bot
        )


def feature_of_api(file: str) -> FeatureName | None:
    """The feature that a file of `web/api` is."""
    return next((name for name, places in FEATURES.items() if file in places.api), None)


def feature_of_handler(file: str) -> FeatureName | None:
    """The feature that a file of `bot/handlers` is."""
    return next((name for name, places in FEATURES.items() if file in places.bot), None)


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
