"""How a handler asks for a part of the house: by the parameter's name, as `Part[Database]`."""

from typing import TypeAlias, TypeVar

from litestar.di import NamedDependency
from litestar.params import SkipValidation

T = TypeVar("T")

# app.py made it, so it need not be checked again at every request; and a Protocol cannot be.
Part: TypeAlias = NamedDependency[SkipValidation[T]]
