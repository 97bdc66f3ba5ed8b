"""Collects plain text and entities; offsets are in UTF-16 code units, as in Telegram."""

from typing import Any

BotApi = dict[str, Any]


class TextError(Exception):
    """Text that Telegram refuses, with Telegram's error text."""


def utf16_length(text: str) -> int:
    """The length of `text` in UTF-16 code units."""
    return len(text) + sum(character > "\uffff" for character in text)


class Builder:
    """Text with entities under construction."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._entities: list[tuple[int, int, BotApi]] = []  # offset, order of opening, entity
        self._opened = 0
        self.length = 0

    def write(self, text: str) -> None:
        """Add plain text."""
        self._parts.append(text)
        self.length += utf16_length(text)

    def mark(self, start: int, entity: BotApi) -> None:
        """Cover everything written since `start` with an entity; empty entities are dropped."""
        if self.length > start:
            self._opened += 1
            whole = {"offset": start, "length": self.length - start, **entity}
            self._entities.append((start, -self._opened, whole))

    def text_since(self, start: int) -> str:
        """The text written since `start` (UTF-16)."""
        data = "".join(self._parts).encode("utf-16-le")
        return data[start * 2 :].decode("utf-16-le", "replace")

    def result(self) -> tuple[str, list[BotApi]]:
        """The text and its entities, outer ones first."""
        ordered = sorted(self._entities, key=lambda e: (e[0], -e[2]["length"], e[1]))
        return "".join(self._parts), [entity for _, _, entity in ordered]
