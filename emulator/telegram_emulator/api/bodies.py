"""Reads a call's parameters from a request: the address, JSON, a form or multipart, as Telegram's
server does (core.telegram.org/bots/api#making-requests)."""

from typing import Any
from urllib.parse import parse_qsl

import msgspec
from litestar import Request
from litestar.datastructures import UploadFile
from litestar.exceptions import ClientException, ValidationException

from telegram_emulator.api.params import Upload
from telegram_emulator.refusals import ApiError

AnyRequest = Request[Any, Any, Any]


async def read_request(request: AnyRequest) -> tuple[dict[str, Any], dict[str, Upload]]:
    """The parameters and the files of a call.

    Raises:
        ApiError: for a body that cannot be read.
    """
    raw: dict[str, Any] = dict(parse_qsl(request.url.query, keep_blank_values=True))
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        return raw | _json(await request.body()), {}
    if kind == "application/x-www-form-urlencoded":
        return raw | _form(await request.body()), {}
    if kind == "multipart/form-data":
        parameters, uploads = await _multipart(request)
        return raw | parameters, uploads
    return raw, {}


def _json(body: bytes) -> dict[str, Any]:
    if not body.strip():
        return {}
    try:
        parameters = msgspec.json.decode(body, type=dict[str, Any])
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise ApiError("can't parse JSON object") from None
    return {name: value for name, value in parameters.items() if value is not None}


def _form(body: bytes) -> dict[str, Any]:
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, errors="strict"))
    except UnicodeDecodeError:
        raise ApiError("strings must be encoded in UTF-8") from None


async def _multipart(request: AnyRequest) -> tuple[dict[str, Any], dict[str, Upload]]:
    try:
        form = await request.form()
    except (ClientException, ValidationException, UnicodeDecodeError):
        raise ApiError("can't parse multipart form data") from None
    parameters: dict[str, Any] = {}
    uploads: dict[str, Upload] = {}
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            uploads[name] = Upload(value.filename, value.content_type, await value.read())
            await value.close()
        else:
            parameters[name] = value
    return parameters, uploads
