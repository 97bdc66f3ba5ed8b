"""The emulator's errors, apart from the Bot API's (`refusals.ApiError`).

    EmulatorError
    ├── ConfigInvalid             the emulator cannot be built from this configuration
    ├── StateInUse                another process uses this state directory
    ├── StateFromLater            a newer emulator wrote this state directory
    └── ControlError              the control API answers with problem details
        ├── ActionRefused 400     the client cannot do this now; `reason` says why
        ├── MalformedBody 400
        ├── NotFound 404
        └── UnsupportedMediaType 415

Titles and details are in `locales/`, under `error.<code>.title` and `error.<code>.detail`.
"""

from pathlib import Path
from typing import ClassVar


class EmulatorError(Exception):
    """Base of the emulator's errors."""


class ConfigInvalid(EmulatorError):
    """An invalid setting: the message names it and says what is wrong."""


class StateInUse(EmulatorError):
    """Another process has the state directory."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder} is in use by another emulator; stop it or choose another")
        self.folder = folder


class StateFromLater(EmulatorError):
    """A newer version wrote the state directory: this one would lose what it does not know."""

    def __init__(self, folder: Path, version: int) -> None:
        super().__init__(
            f"{folder} was written by a newer version (format {version}); "
            "update the emulator or choose another directory"
        )


class ControlError(EmulatorError):
    """An error of the control API: a stable `code`, an HTTP `status`, and `reason`, Telegram's word
    for it or a sentence."""

    code: ClassVar[str] = "bad_request"
    status: ClassVar[int] = 400

    def __init__(self, reason: str = "") -> None:
        super().__init__(f"{self.code}: {reason}" if reason else self.code)
        self.reason = reason


class ActionRefused(ControlError):
    """The emulated Telegram client cannot do this now."""

    code = "action_refused"


class MalformedBody(ControlError):
    """The body is no action of the control API."""

    code = "malformed_body"


class NotFound(ControlError):
    """There is no such file or path."""

    code, status = "not_found", 404


class UnsupportedMediaType(ControlError):
    """Actions are JSON, which another site's page cannot send without a CORS preflight."""

    code, status = "unsupported_media_type", 415
