"""Filled form fields of a PDF and text typed onto its pages, both stored as annotations."""

from collections.abc import Iterator
from typing import Any, Final

from pypdf import PageObject
from pypdf.generic import ArrayObject, DictionaryObject, StreamObject

MAX_ANNOTATIONS: Final = 2_000
"""Annotations of a page that are looked at."""
MAX_PARENTS: Final = 16
_HIDDEN: Final = 0b100010
"""Annotation flags Hidden and NoView (ISO 32000-2, 12.5.3)."""
_PASSWORD: Final = 1 << 13
"""Field flag Password (12.7.5.3)."""


def filled_in(page: PageObject) -> Iterator[str]:
    """A line for each filled field, `name: value`, and each text typed onto the page."""
    annotations: Any = page.get("/Annots")
    annotations = annotations.get_object() if annotations is not None else ()
    if not isinstance(annotations, ArrayObject | tuple):
        return
    for reference in annotations[:MAX_ANNOTATIONS]:
        annotation = reference.get_object()
        if not isinstance(annotation, DictionaryObject) or _flags(annotation, "/F") & _HIDDEN:
            continue
        if annotation.get("/Subtype") == "/Widget":
            line = _field(annotation)
        elif annotation.get("/Subtype") == "/FreeText":
            line = _text(annotation.get("/Contents"))
        else:
            line = ""
        if line:
            yield line


def _field(widget: DictionaryObject) -> str:
    kind = _inherited(widget, "/FT")
    if kind == "/Btn":
        state = str(widget.get("/AS") or "/Off")
        value = "" if state == "/Off" else state.removeprefix("/")
    elif kind in ("/Tx", "/Ch") and not _flags_of_field(widget) & _PASSWORD:
        value = _text(_inherited(widget, "/V"))
    else:
        value = ""
    name = _text(_inherited(widget, "/TU")) or _text(_inherited(widget, "/T"))
    return f"{name}: {value}" if name and value else value


def _inherited(widget: DictionaryObject, key: str) -> Any:
    """An entry of the field, which may be inherited from a parent."""
    field: Any = widget
    for _ in range(MAX_PARENTS):
        if not isinstance(field, DictionaryObject):
            return None
        if key in field:
            return field[key]
        parent = field.get("/Parent")
        field = parent.get_object() if parent is not None else None
    return None


def _text(value: Any) -> str:
    value = value.get_object() if hasattr(value, "get_object") else value
    if isinstance(value, ArrayObject):
        return ", ".join(filter(None, (_text(one) for one in value[:MAX_ANNOTATIONS])))
    if isinstance(value, StreamObject):
        return value.get_data().decode("utf-8", "replace").strip()
    return value.strip().removeprefix("/") if isinstance(value, str) else ""


def _flags(annotation: DictionaryObject, key: str) -> int:
    value = annotation.get(key)
    return value if isinstance(value, int) else 0


def _flags_of_field(widget: DictionaryObject) -> int:
    value = _inherited(widget, "/Ff")
    return value if isinstance(value, int) else 0
