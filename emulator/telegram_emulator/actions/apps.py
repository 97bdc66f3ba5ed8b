"""What a Mini App needs of Telegram's servers: its launch, custom methods, permissions."""

from typing import Any, Literal

from telegram_emulator.actions.base import Action


class Launch(Action, frozen=True, tag="launch"):
    """Makes a launch URL with the fragment of core.telegram.org/api/web-events. → `Launched`

    `source` decides what init data holds: "keyboard" and "inline" give empty init data, as
    Telegram does. "menu" needs no `url` (the menu button's is taken), "direct" neither (the main
    Mini App of the menu button, with `start_param`). "inlineButton" needs the button's `url`.
    `age_seconds` backdates `auth_date`, `forged` breaks the signature: what a careful server
    must refuse.
    """

    person_id: int
    source: Literal["menu", "inlineButton", "keyboard", "inline", "direct", "attachment"]
    platform: str
    version: str
    theme_params: dict[str, str]
    url: str | None = None
    start_param: str | None = None
    default_colors: dict[str, str] | None = None
    fullscreen: bool = False
    show_settings: bool = False
    chat_type: str | None = None
    age_seconds: int = 0
    forged: bool = False


class ServeMiniApp(Action, frozen=True, tag="serveMiniApp"):
    """Serves the origin of `url` on a port of this machine, as a native client's web view shows
    it: with `TelegramWebviewProxy` before everything else. → `MiniAppServed`"""

    url: str


class InvokeCustomMethod(Action, frozen=True, tag="invokeCustomMethod"):
    """`web_app_invoke_custom_method`: saveStorageValue, getStorageValues, deleteStorageValues,
    getStorageKeys, getRequestedContact, getCurrentTime. → `CustomMethodInvoked`"""

    person_id: int
    method: str
    params: Any


class AllowWriteAccess(Action, frozen=True, tag="allowWriteAccess"):
    """The person agreed to `web_app_request_write_access`."""

    person_id: int


class SendWebAppData(Action, frozen=True, tag="sendWebAppData"):
    """`web_app_data_send` of an app opened from a keyboard button (up to 4096 bytes)."""

    person_id: int
    button_text: str
    data: str


class AllowEmojiStatus(Action, frozen=True, tag="allowEmojiStatus"):
    """The person agreed to `web_app_request_emoji_status_access`, or takes it back."""

    person_id: int
    allowed: bool = True
