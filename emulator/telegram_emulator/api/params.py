"""Converts a call's raw parameters to aiogram's model of the method, with validation.

aiogram's types are generated from Telegram's schema, so they are the reference for shapes. Unknown
parameters and fields are ignored, as Telegram does, and listed in the log.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

from aiogram.client.default import Default
from aiogram.methods import TelegramMethod
from aiogram.types import BufferedInputFile, InputFile
from pydantic import BaseModel, ValidationError

from telegram_emulator.models_on_demand import names_of
from telegram_emulator.refusals import ApiError

NEWER_FIELDS = {"widget", "widget_query", "shared_widget_query"}
"""Fields of results that aiogram's types do not have yet (10.4)."""
TRUE = {"true", "1", "yes"}
FALSE = {"false", "0", "no", ""}


@dataclass(frozen=True)
class Upload:
    """A file in a multipart body."""

    name: str
    media_type: str
    data: bytes


class UploadedFile(BufferedInputFile):
    """An upload for a parameter that takes an `InputFile`."""

    def __init__(self, upload: Upload) -> None:
        super().__init__(upload.data, upload.name)
        self.media_type = upload.media_type


def read_call(
    method: type[TelegramMethod[Any]], raw: Mapping[str, Any], uploads: Mapping[str, Upload]
) -> tuple[TelegramMethod[Any], list[str]]:
    """The call with its parameters, and the names of ignored ones.

    Raises:
        ApiError: for missing or malformed parameters.
    """
    fields = method.model_fields
    values: dict[str, Any] = {}
    ignored: list[str] = []
    for name, value in {**raw, **uploads}.items():
        if name in fields:
            values[name] = _value(name, value, fields[name].annotation, uploads)
        elif not _is_attachment(name, raw, uploads):
            ignored.append(name)
    if not (method.__pydantic_complete__ or method.__module__.startswith("aiogram.")):
        # One of newer.py, in an application that has loaded aiogram itself.
        method.model_rebuild(_types_namespace=names_of(method))
    try:
        call = method.model_validate(values)
    except ValidationError as error:
        raise ApiError(_explain(error)) from None
    return call, [*ignored, *_unknown_fields(call, "")]


def _is_attachment(name: str, raw: Mapping[str, Any], uploads: Mapping[str, Upload]) -> bool:
    """Whether an uploaded part belongs to some `attach://name`."""
    return name in uploads and any(f"attach://{name}" in str(value) for value in raw.values())


def _value(name: str, value: Any, annotation: Any, uploads: Mapping[str, Upload]) -> Any:
    if isinstance(value, Upload):
        return UploadedFile(value)
    kinds = _kinds(annotation)
    if isinstance(value, str):
        return _shorthand(name, _from_text(name, value, kinds, uploads))
    if isinstance(value, int) and not isinstance(value, bool) and str in kinds and int not in kinds:
        return str(value)
    return _shorthand(name, _attached(value, uploads))


def _shorthand(name: str, value: Any) -> Any:
    """A string for a keyboard button or poll option is its `text`."""
    if (
        name == "reply_markup"
        and isinstance(value, dict)
        and isinstance(value.get("keyboard"), list)
    ):
        rows = [_texts(row) if isinstance(row, list) else row for row in value["keyboard"]]
        return {**value, "keyboard": rows}
    return _texts(value) if name == "options" and isinstance(value, list) else value


def _texts(items: list[Any]) -> list[Any]:
    return [{"text": item} if isinstance(item, str) else item for item in items]


def _from_text(name: str, text: str, kinds: set[Any], uploads: Mapping[str, Upload]) -> Any:
    """A form's text converted to the field's type: text, number, boolean or JSON."""
    if InputFile in kinds and text.startswith("attach://"):
        return _attached(text, uploads)
    if str in kinds:
        return text
    if kinds <= {bool}:
        if text.lower() in TRUE | FALSE:
            return text.lower() in TRUE
        raise ApiError(f'parameter "{name}" must be a Boolean')
    if not text:
        return None
    if kinds <= {int, float, datetime}:
        return text
    try:
        return _attached(json.loads(text), uploads)
    except ValueError:
        raise ApiError(f"can't parse {name.replace('_', ' ')} JSON object") from None


def _attached(value: Any, uploads: Mapping[str, Upload]) -> Any:
    """Replace `attach://name` anywhere inside by the file."""
    if isinstance(value, str) and value.startswith("attach://"):
        upload = uploads.get(value.removeprefix("attach://"))
        if upload is None:
            raise ApiError("wrong file identifier/HTTP URL specified")
        return UploadedFile(upload)
    if isinstance(value, dict):
        return {key: _attached(item, uploads) for key, item in value.items()}
    if isinstance(value, list):
        return [_attached(item, uploads) for item in value]
    return value


def _kinds(annotation: Any) -> set[Any]:
    """The alternatives of an annotation, without None and aiogram's placeholders."""
    if get_origin(annotation) in (Union, UnionType):
        return set().union(*(_kinds(part) for part in get_args(annotation)))
    if annotation in (NoneType, Default):
        return set()
    if isinstance(annotation, type) and issubclass(annotation, str):
        return {str}
    return {annotation}


def _explain(error: ValidationError) -> str:
    first = error.errors()[0]
    path = ".".join(str(part) for part in first["loc"])
    if first["type"] == "missing" and len(first["loc"]) == 1:
        return f'Parameter "{path}" is required' if path != "chat_id" else "chat_id is empty"
    return f"can't parse {path}: {first['msg']}"


def _unknown_fields(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, BaseModel):
        yield from (f"{path}{name}" for name in value.model_extra or {})
        for name in type(value).model_fields:
            yield from _unknown_fields(getattr(value, name), f"{path}{name}.")
    elif isinstance(value, list):
        for item in value:
            yield from _unknown_fields(item, path)


def given(value: Any) -> Any:
    """`value`, or None for a default that the caller left to the library."""
    return None if isinstance(value, Default) else value


def wire(value: Any) -> Any:
    """A model of aiogram as Bot API JSON: without empty fields, times in seconds."""
    if isinstance(value, BaseModel):
        fields = type(value).model_fields
        items = [(fields[name].alias or name, getattr(value, name)) for name in fields]
        items += [one for one in (value.model_extra or {}).items() if one[0] in NEWER_FIELDS]
        return {name: wire(item) for name, item in items if given(item) is not None}
    if isinstance(value, list):
        return [wire(item) for item in value]
    if isinstance(value, dict):
        return {name: wire(item) for name, item in value.items()}
    if isinstance(value, datetime):
        return int(value.timestamp())
    return value.value if isinstance(value, Enum) else value
