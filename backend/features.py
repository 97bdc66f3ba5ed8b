"""What an operator can switch off, and where the service is offered.

One table lists for each feature its files in the API and in the bot. A feature that is off is
absent there: the API responds 404 with `feature_off`, the bot does not know its commands, and `GET
/api/models` tells the app what is left. FEATURES_OFF switches off permanently, the console while
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
    """The files of `web/api` and of `bot/handlers` that only belong to this feature. Pictures and
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
    """The active features. FEATURES_OFF switches off permanently; operators can switch the rest off
    and on while the server runs."""

    def __init__(self, settings: "Settings") -> None:
        self._never = frozenset(settings.features_off)
        self._switched_off: frozenset[str] = frozenset()

    def switch_off(self, names: Collection[str]) -> None:
        """Switch off these features; the others are on as far as the settings allow."""
        self._switched_off = frozenset(names)

    def is_on(self, name: FeatureName) -> bool:
        """Whether this feature is on now."""
        return name not in self._never and name not in self._switched_off

    @property
    def on(self) -> tuple[FeatureName, ...]:
        """The features that are on, in the table's order."""
        return tuple(name for name in FEATURE_NAMES if self.is_on(name))

    @property
    def switchable(self) -> tuple[FeatureName, ...]:
        """The features that operators can switch, in the table's order."""
        return tuple(name for name in FEATURE_NAMES if name not in self._never)

    @property
    def handlers_off(self) -> frozenset[str]:
        """The files of `bot/handlers` that are off now."""
        return frozenset(
            file for name in FEATURE_NAMES if not self.is_on(name) for file in FEATURES[name].bot
        )


def feature_of_api(file: str) -> FeatureName | None:
    """The feature of a file of `web/api`."""
    return next((name for name, places in FEATURES.items() if file in places.api), None)


def feature_of_handler(file: str) -> FeatureName | None:
    """The feature of a file of `bot/handlers`."""
    return next((name for name, places in FEATURES.items() if file in places.bot), None)


def check_offered(
    settings: "Settings", *, language: str | None, country: str | None = None
) -> None:
    """Check that the service is offered to a person. Unknown values are accepted: a language that
    Telegram does not send, or a country that no proxy reports.

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
