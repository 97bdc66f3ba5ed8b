"""The catalog: all models that an operator could offer, and those that are active."""

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from msgspec.structs import replace

from backend.errors import CatalogInvalid, ModelUnknown, NoModelFits
from backend.llm.catalog.catalog_file import CatalogData, read
from backend.llm.model import Model, Provider
from backend.settings import Settings


class Catalog:
    """The parsed catalog files."""

    def __init__(self, data: CatalogData) -> None:
        self.providers = data.providers
        self.models = data.models
        self._default = data.default

    @classmethod
    def load(cls, settings: Settings) -> "Catalog":
        """Read models.toml and the operator's own file over it.

        Raises:
            CatalogInvalid: naming file, line and reason.
        """
        own = [Path(settings.models_file).expanduser()] if settings.models_file else []
        catalog = cls(read(*own))
        catalog._check(settings)
        return catalog

    def active(self, settings: Settings) -> "ActiveModels":
        """The models whose provider's key or address is set, in the catalog's order."""
        usable = {id_ for id_, p in self.providers.items() if is_active(p, settings)}
        models = [model for model in self.models if model.provider in usable]
        return ActiveModels(models, self._default)

    def active_providers(self, settings: Settings) -> tuple[Provider, ...]:
        """The providers that can be asked, with their addresses as set."""
        return tuple(
            with_address(provider, settings)
            for provider in self.providers.values()
            if is_active(provider, settings)
        )

    def _check(self, settings: Settings) -> None:
        for provider in self.providers.values():
            for name in (provider.key, provider.url):
                if name is not None and not hasattr(settings, name.lower()):
                    reason = f"provider.{provider.id} names {name}, which is no setting"
                    raise CatalogInvalid(name="MODELS_FILE", file="", line=0, reason=reason)


class ActiveModels:
    """The models that can be asked now; a provider's own list may add to them later."""

    def __init__(self, models: Iterable[Model], default: Sequence[str] = ()) -> None:
        self._known = {model.id: model for model in models}
        self._off: frozenset[str] = frozenset()
        self._models = self._known
        self._listed: dict[str, set[str]] = {}
        self._default = tuple(default)

    @property
    def active(self) -> tuple[Model, ...]:
        """All of them that chat, best first."""
        return tuple(m for m in self._models.values() if "images" not in m.capabilities)

    @property
    def painters(self) -> tuple[Model, ...]:
        """The models that make images."""
        return tuple(m for m in self._models.values() if "images" in m.capabilities)

    @property
    def default(self) -> Model:
        """The one for people who have chosen none.

        Raises:
            NoModelFits: there is no model.
        """
        for id_ in self._default:
            if id_ in self._models:
                return self._models[id_]
        real = [model for model in self.active if not model.simulated]
        if found := [*real, *self.active]:
            return found[0]
        raise NoModelFits(need="any")

    def find(self, model_id: str) -> Model | None:
        """The active model with this id."""
        return self._models.get(model_id)

    def get(self, model_id: str) -> Model:
        """As `find`.

        Raises:
            ModelUnknown: there is none.
        """
        model = self.find(model_id)
        if model is None:
            raise ModelUnknown(model=model_id)
        return model

    def switch_off(self, ids: frozenset[str]) -> None:
        """Offer all but these; a model that is left out from now on comes back."""
        self._off = ids
        self._settle()

    def set_listed(self, provider: str, models: Iterable[Model]) -> None:
        """Apply a provider's own list: new models are appended, and formerly listed ones that are
        gone are removed. Catalog entries take precedence."""
        models = list(models)
        before = self._listed.get(provider, set())
        for gone in before - {model.id for model in models}:
            self._known.pop(gone, None)
        self._listed[provider] = {
            model.id for model in models if model.id in before or model.id not in self._known
        }
        for model in models:
            if model.id in self._listed[provider]:
                self._known[model.id] = model
        self._settle()

    def put(self, model: Model) -> None:
        """Add a model, or change the one of its id."""
        self._known[model.id] = model
        self._settle()

    def drop(self, provider: str) -> None:
        """Remove a provider's models."""
        self._known = {id_: m for id_, m in self._known.items() if m.provider != provider}
        self._settle()

    def _settle(self) -> None:
        self._models = {id_: m for id_, m in self._known.items() if id_ not in self._off}


def is_active(provider: Provider, settings: Settings) -> bool:
    """Whether the provider can be asked with these settings."""
    if provider.id == "local":
        return settings.local_model_enabled
    if provider.id == "simulation":
        return settings.local and settings.simulated_providers
    if provider.url is not None:
        return bool(_setting(settings, provider.url))
    if provider.key is None and provider.key_file is None:
        return True
    return bool(key_of(provider, settings))


def with_address(provider: Provider, settings: Settings) -> Provider:
    """The provider at the address that the operator has set, if any."""
    address = _setting(settings, provider.url) if provider.url else ""
    return replace(provider, base_url=address) if address else provider


def key_of(provider: Provider, settings: Settings) -> str:
    """The key to send; empty when there is none."""
    if provider.key is not None and (key := _setting(settings, provider.key)):
        return key
    if provider.key_file is not None:
        try:
            return Path(provider.key_file).expanduser().read_text().strip()
        except OSError:
            return ""
    return ""


def matches(name: str, patterns: Iterable[str]) -> bool:
    """Whether a provider's model matches the patterns, by its name."""
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _setting(settings: Settings, name: str) -> str:
    return str(getattr(settings, name.lower(), ""))
