"""Telegram's client as a phone's web view shows it to the app: what the app sends is written down,
and answered as told. Versions are the documentation's (core.telegram.org/bots/webapps)."""

from typing import Any, Final

from playwright.sync_api import Frame, Page, ViewportSize, expect

from tests.browser.people import ANSWER_MS
from tests.browser.shop import Customer

SINCE: Final = {
    "6.0": ("close", "expand", "open_link", "ready", "request_theme", "request_viewport"),
    "6.0+": ("setup_main_button", "setup_closing_behavior", "data_send"),
    "6.1": ("open_tg_link", "open_invoice", "setup_back_button", "set_background_color"),
    "6.1+": ("set_header_color", "trigger_haptic_feedback"),
    "6.2": ("open_popup",),
    "6.4": ("open_scan_qr_popup", "close_scan_qr_popup", "read_text_from_clipboard"),
    "6.7": ("switch_inline_query",),
    "6.9": ("invoke_custom_method", "request_write_access", "request_phone"),
    "6.10": ("setup_settings_button",),
    "7.7": ("setup_swipe_behavior",),
    "7.8": ("share_to_story",),
    "7.10": ("setup_secondary_button", "set_bottom_bar_color"),
    "8.0": ("request_safe_area", "request_content_safe_area", "request_fullscreen"),
    "8.0+": ("exit_fullscreen", "add_to_home_screen", "check_home_screen"),
    "8.0++": ("send_prepared_message", "toggle_orientation_lock"),
    "9.0": ("secure_storage_save_key", "secure_storage_get_key", "device_storage_save_key"),
    "9.1": ("hide_keyboard",),
}

PHONE: Final[ViewportSize] = {"width": 390, "height": 844}

CLIENT = """
window.posted = [];
window.answersTo = %s;
window.tell = (type, data) => Telegram.WebView.receiveEvent(type, data);
window.TelegramWebviewProxy = {
  postEvent(type, json) {
    const data = JSON.parse(json);
    posted.push([type, data]);
    const [event, answer] = answersTo[type] ?? [];
    const told = data?.req_id ? { ...answer, req_id: data.req_id } : answer;
    if (event) setTimeout(() => tell(event, told));
  },
};
"""


def knows(version: str, method: str) -> bool:
    """Whether a client of that version knows a method; False for one that is listed nowhere."""
    name = method.removeprefix("web_app_")
    for since, names in SINCE.items():
        if name in names:
            return _parts(since.rstrip("+")) <= _parts(version)
    return method in ("iframe_ready", "iframe_will_reload")


def _parts(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def open_natively(
    person: Customer, version: str = "9.6", answers: str = "{}", **launch: Any
) -> Frame:
    """The app in such a client; `answers` are events in JavaScript, by the method they answer."""
    page = person.page
    page.add_init_script(CLIENT % answers)
    page.set_viewport_size(PHONE)
    asked = {
        "type": "launch",
        "personId": person.person_id,
        "source": "menu",
        "platform": "android",
        "version": version,
        "themeParams": {},
    }
    # With another fragment alone the browser would stay on the page.
    page.goto("about:blank")
    page.goto(person.launched(asked | launch))
    app = page.main_frame
    expect(app.locator(".model-pill:not([data-unknown])")).to_have_count(1, timeout=ANSWER_MS)
    return app


def posted(page: Page, method: str) -> list[Any]:
    """What the app has sent by that method, in order."""
    return [data for name, data in page.evaluate("posted") if name == method]
