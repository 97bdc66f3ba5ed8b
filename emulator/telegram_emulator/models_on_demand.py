"""Imports and builds aiogram's models one by one, when each is first used.

aiogram imports all of its modules and builds its thousand types at once, which is most of the
start-up time, and a bot uses few of them. Its packages are therefore registered without running
their `__init__`: a name is imported from the file that defines it, and for anything else
(`aiogram.Bot`) the package's own code runs after all. pydantic gets the types in a model's
annotations when it builds the model. Call it before aiogram is first imported; after that it has no
effect.
"""

import re
import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.machinery import ModuleSpec
from importlib.util import find_spec, module_from_spec
from pathlib import Path
from types import ModuleType
from typing import Any, ForwardRef, get_args

from pydantic import BaseModel

_IMPORT = re.compile(r"^from \.(\w+) import (\([^)]*\)|.*)$", re.MULTILINE)
_NAME = re.compile(r"[A-Za-z_]\w*")
_names: dict[str, Any] = {}
"""aiogram's types by name, as far as models have needed them."""
_ready: set[type[BaseModel]] = set()


class _Package(ModuleType):
    """A package of aiogram's, from whose `__init__` only the locations of names are read."""

    def __init__(self, spec: ModuleSpec) -> None:
        super().__init__(spec.name)
        vars(self).update(vars(module_from_spec(spec)))
        source = Path(spec.origin or "").read_text("utf-8")
        self._places = {
            name: place for place, names in _IMPORT.findall(source) for name in _NAME.findall(names)
        }

    def __getattr__(self, name: str) -> Any:
        place = self._places.get(name)
        if place is not None and self.__name__ != "aiogram":
            value = getattr(import_module(f"{self.__name__}.{place}"), name)
            setattr(self, name, value)
            return value
        if name.startswith("__") and name != "__all__" and place is None:
            raise AttributeError(name)
        spec = self.__spec__
        if spec is None or spec.loader is None or vars(self).get("_runs"):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        self._runs = True
        spec.loader.exec_module(self)
        return getattr(self, name)


def names_of(annotation: Any) -> dict[str, Any]:
    """The names that pydantic needs to build `annotation`, which consists of aiogram's types."""
    types = sys.modules["aiogram.types"]
    if not isinstance(types, _Package):  # imported as a whole before this could take effect
        return vars(types)
    _find(annotation)
    return _names


def _find(annotation: Any) -> None:
    """Import the types in `annotation`, and those in their annotations."""
    if isinstance(annotation, ForwardRef):
        annotation = annotation.__forward_arg__
    if isinstance(annotation, str):
        for name in _NAME.findall(annotation):
            if name not in _names and name in _types()._places:
                _names[name] = getattr(_types(), name)
                _find(_names[name])
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        _prepare(annotation)
    else:
        for part in get_args(getattr(annotation, "__value__", annotation)):
            _find(part)


def _prepare(model: type[BaseModel]) -> None:
    if model in _ready:
        return
    _ready.add(model)
    for base in model.__mro__:
        if not base.__module__.startswith("pydantic"):
            for annotation in list(vars(base).get("__annotations__", {}).values()):
                _find(annotation)


def _types() -> _Package:
    types = sys.modules["aiogram.types"]
    assert isinstance(types, _Package)
    return types


def _build_when_used(base: type[BaseModel]) -> None:
    """Models of `base` are built at their first use."""
    base.model_config["defer_build"] = True
    build = BaseModel.__dict__["model_rebuild"].__func__

    def rebuild(
        cls: type[BaseModel],
        *,
        force: bool = False,
        raise_errors: bool = True,
        _parent_namespace_depth: int = 2,
        _types_namespace: dict[str, Any] | None = None,
    ) -> bool | None:
        if _types_namespace is not None and cls.__module__.startswith("aiogram."):
            return None  # aiogram's own call for each of its types
        _prepare(cls)
        built: bool | None = build(
            cls,
            force=force,
            raise_errors=raise_errors,
            _types_namespace={**_names, **(_types_namespace or {})},
        )
        return built

    base.model_rebuild = classmethod(rebuild)  # type: ignore[assignment, method-assign]


def _packages() -> Iterator[_Package]:
    for name in ("aiogram", "aiogram.enums", "aiogram.types", "aiogram.methods"):
        spec = find_spec(name)
        assert spec is not None
        package = _Package(spec)
        sys.modules[name] = package
        yield package


def import_aiogram() -> None:
    """Register aiogram's packages."""
    if "aiogram" in sys.modules:
        return
    aiogram, *inner = _packages()
    for package in inner:
        setattr(aiogram, package.__name__.rpartition(".")[2], package)
    from aiogram.client.default import Default
    from aiogram.methods.base import TelegramMethod
    from aiogram.types.base import TelegramObject

    _names["Default"] = Default
    _build_when_used(TelegramObject)
    _build_when_used(TelegramMethod)


import_aiogram()
