"""One call of the Bot API, from raw parameters to the JSON and status of Telegram's response."""

import asyncio
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from inspect import isawaitable
from typing import Any

import msgspec
from aiogram.methods import TelegramMethod
from pydantic import TypeAdapter

from telegram_emulator.api.known_methods import missing
from telegram_emulator.api.methods import Method, find_method
from telegram_emulator.api.params import Upload, read_call, wire
from telegram_emulator.errors import ActionRefused
from telegram_emulator.hub import Hub
from telegram_emulator.models_on_demand import names_of
from telegram_emulator.refusals import ApiError, too_many_requests
from telegram_emulator.text import TextError
from telegram_emulator.waiting import wait_for_event

log = logging.getLogger("telegram_emulator")

TIMEOUT = 90.0
"""For how many seconds a call with a "timeout" fault gets no response."""


@dataclass(frozen=True)
class Answer:
    """The response to a call."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


class BotApiServer:
    """Answers calls for one bot."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """End the calls that are kept without a response."""
        self._stopping.set()

    async def call(
        self, token: str, name: str, raw: Mapping[str, Any], uploads: Mapping[str, Upload]
    ) -> Answer:
        """Answer one call."""
        started = time.perf_counter()
        ignored: list[str] = []
        body = await self._answer(token, name, raw, uploads, ignored)
        milliseconds = (time.perf_counter() - started) * 1000
        ok = bool(body["ok"])
        status = 200 if ok else body["error_code"]
        if not _is_idle_poll(name, body):
            self._hub.traffic.add(
                "call",
                name,
                ok=ok,
                status=status,
                milliseconds=milliseconds,
                request={**raw, **{key: upload.data for key, upload in uploads.items()}},
                response=body,
                ignored=ignored,
            )
        headers = {}
        if wait := body.get("parameters", {}).get("retry_after"):
            headers["Retry-After"] = str(wait)
        return Answer(status, msgspec.json.encode(body), headers)

    async def _answer(
        self,
        token: str,
        name: str,
        raw: Mapping[str, Any],
        uploads: Mapping[str, Upload],
        ignored: list[str],
    ) -> dict[str, Any]:
        try:
            self._check_token(token)
            self._hub.deliveries.heard()
            method = find_method(name)
            if method is None:
                raise missing(name)
            fault = self._hub.faults.take_for_call(name)
            if fault is not None and fault.kind == "tooManyRequests":
                raise too_many_requests(fault.retry_after)
            if fault is not None and fault.kind == "serverError":
                raise ApiError("Internal Server Error", 500)
            result = await self._run(method, raw, uploads, ignored)
            if fault is not None:  # a timeout: carried out, but without a response
                await wait_for_event(self._stopping, TIMEOUT)
                raise ApiError("Gateway Timeout", 504)
            return {"ok": True, "result": result}
        except ApiError as error:
            return refusal(error)
        except Exception:  # the bot gets an error in Telegram's form, whatever failed here
            log.exception("%s failed", name)
            return refusal(ApiError("Internal Server Error", 500))

    def _check_token(self, token: str) -> None:
        if token != self._hub.config.token:
            raise ApiError("", 401)

    async def _run(
        self,
        method: Method,
        raw: Mapping[str, Any],
        uploads: Mapping[str, Upload],
        ignored: list[str],
    ) -> Any:
        call, unknown = read_call(method.model, raw, uploads)
        ignored += unknown
        try:
            result = method.handle(self._hub, call)
            if isawaitable(result):
                result = await result
        except TextError as error:
            raise ApiError(str(error)) from None
        except ActionRefused as error:
            raise ApiError(error.reason) from None
        # Validated by aiogram's type of the result, so that no wrong shape is returned.
        return wire(_result_type(method.model).validate_python(result))


@cache
def _result_type(model: type[TelegramMethod[Any]]) -> TypeAdapter[Any]:
    adapter = TypeAdapter(model.__returning__)
    # A list of models cannot resolve the names in its items' annotations.
    adapter.rebuild(raise_errors=True, _types_namespace=names_of(model.__returning__))
    return adapter


def refusal(error: ApiError) -> dict[str, Any]:
    """An error in the Bot API's form."""
    body: dict[str, Any] = {
        "ok": False,
        "error_code": error.code,
        "description": error.description,
    }
    if error.retry_after is not None:
        body["parameters"] = {"retry_after": error.retry_after}
    if error.migrate_to is not None:
        body["parameters"] = {"migrate_to_chat_id": error.migrate_to}
    return body


def _is_idle_poll(name: str, body: dict[str, Any]) -> bool:
    """Empty long polls are not logged, since they would fill the log."""
    return name.lower() == "getupdates" and body.get("result") == []
