"""A widget as the page shows it: its HTML in a sandbox without a network, and without the page's
origin, behind a script that hands its requests to the page.

Telegram's apps run widgets in an engine of their own (core.telegram.org/bots/widgets); here a
browser does, so what a widget may use of HTML and CSS is not checked.
"""

from litestar import Response

from telegram_emulator.hub import Hub

POLICY = "; ".join(
    (
        "sandbox allow-scripts",
        "default-src 'none'",
        "script-src 'unsafe-inline'",
        "style-src 'unsafe-inline'",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
    )
)

STYLE = """
:root { color-scheme: light dark; font: 15px/1.4 system-ui, sans-serif }
body { margin: 0; color: var(--text) }
h3 { font-size: 1em }
button {
  min-height: 36px; border: 0; border-radius: 10px; font: inherit; color: var(--accent);
  background: var(--soft); cursor: pointer; text-align: start
}
"""

SCRIPT = """
(() => {
  const waiting = new Map();
  const page = window.parent;
  let last = 0;
  addEventListener("message", ({ source, data }) => {
    if (source !== page || typeof data !== "object" || data === null) return;
    if (data.theme)
      for (const [name, value] of Object.entries(data.theme))
        document.documentElement.style.setProperty(`--${name}`, value);
    const asked = waiting.get(data.number);
    if (!asked) return;
    waiting.delete(data.number);
    if ("result" in data) asked.done({ result: data.result });
    else asked.fail(new Error(data.error));
  });
  const request = (data) => {
    const size = new TextEncoder().encode(String(data)).length;
    if (size < 1 || size > 64) throw new TypeError("1 to 64 bytes");
    return new Promise((done, fail) => {
      waiting.set(++last, { done, fail });
      page.postMessage({ widget: "request", number: last, data: String(data) }, "*");
    });
  };
  Object.defineProperty(window, "TelegramWidget", { value: { request } });
  addEventListener("load", () => {
    const tell = () =>
      page.postMessage({ widget: "height", height: document.documentElement.offsetHeight }, "*");
    new ResizeObserver(tell).observe(document.documentElement);
    tell();
  });
})();
"""


def widget_document(hub: Hub, person_id: int, message_id: int) -> Response[str] | None:
    """The document of the widget in a message of a person's chat; None if there is none."""
    stored = hub.chats.message(person_id, message_id)
    record = hub.world.widgets.get(stored.widget) if stored else None
    if record is None:
        return None
    prelude = f"<!DOCTYPE html><style>{STYLE}</style><script>{SCRIPT}</script>"
    headers = {"Content-Security-Policy": POLICY}
    return Response(prelude + record.html, media_type="text/html", headers=headers)
