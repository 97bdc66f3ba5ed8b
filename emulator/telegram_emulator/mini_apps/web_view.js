// What a native Telegram client puts into the page of a Mini App before anything else runs:
// `TelegramWebviewProxy`, the way to the client, and the calls by which the client's events arrive
// (core.telegram.org/api/web-events). The client here is the emulator's page around this frame.
(() => {
  const client = window.parent;
  // Only the app itself has it: no frame inside the app, no tab of its own.
  if (client === window || client !== window.top || window.TelegramWebviewProxy) return;

  const tell = (message) => client.postMessage({ telegramEmulator: message }, "*");

  const TelegramWebviewProxy = Object.freeze({
    postEvent(eventType, eventData) {
      tell({ kind: "event", eventType: String(eventType), eventData: String(eventData ?? "") });
    },
  });
  Object.defineProperty(window, "TelegramWebviewProxy", { value: TelegramWebviewProxy });

  // A web view is no frame: there a page is its own parent. `top` cannot be replaced, and SDKs that
  // look at it take the web clients' way: they post to their parent, for web.telegram.org.
  Object.defineProperty(window, "parent", { value: window, configurable: true });
  const postMessage = window.postMessage.bind(window);
  window.postMessage = (message, ...rest) => {
    const call = protocolCall(message);
    if (call) TelegramWebviewProxy.postEvent(call.eventType, JSON.stringify(call.eventData));
    else postMessage(message, ...rest);
  };

  /** The call of the protocol in a message, if it is one. */
  function protocolCall(message) {
    if (typeof message !== "string" || !/"(web_app|iframe)_/.test(message)) return null;
    try {
      const call = JSON.parse(message);
      return /^(web_app|iframe)_/.test(call?.eventType) ? call : null;
    } catch {
      return null;
    }
  }

  /** The first that is there, as each native client calls one. */
  const receiver = () => {
    const { Telegram, TelegramGameProxy, TelegramGameProxy_receiveEvent } = window;
    if (Telegram?.WebView?.receiveEvent) return Telegram.WebView.receiveEvent;
    if (TelegramGameProxy?.receiveEvent) return TelegramGameProxy.receiveEvent;
    return TelegramGameProxy_receiveEvent;
  };

  const hideScrollbars = () => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("* { scrollbar-width: none !important; scrollbar-gutter: auto !important }");
    document.adoptedStyleSheets.push(sheet);
  };

  const orders = {
    event: ({ eventType, eventData }) => receiver()?.(eventType, eventData),
    reload: () => location.reload(),
    blur: () => document.activeElement?.blur?.(),
    hideScrollbars,
  };

  window.addEventListener("message", (event) => {
    const order = event.source === client && event.data?.telegramEmulator;
    if (!order) return;
    event.stopImmediatePropagation(); // it is no message of the app's
    orders[order.kind]?.(order);
  });

  // Some methods need a touch first, which a client sees in its own web view. Capturing, so that a
  // page which stops the event cannot hide it.
  for (const name of ["pointerdown", "pointerup", "click", "keydown"])
    window.addEventListener(name, (event) => event.isTrusted && tell({ kind: "touch" }), true);

  const typed = ["text", "search", "email", "url", "tel", "password", "number"];
  const isField = (element) =>
    element?.tagName === "TEXTAREA" ||
    element?.isContentEditable ||
    (element?.tagName === "INPUT" && typed.includes(element.type));
  window.addEventListener("focusin", (event) => isField(event.target) && tell({ kind: "field", focused: true }));
  window.addEventListener("focusout", () => tell({ kind: "field", focused: false }));

  // An app that crashes is seen in the client's log, as in a debugged web view.
  const crashed = (reason) => tell({ kind: "crash", message: String(reason?.stack ?? reason).slice(0, 2000) });
  window.addEventListener("error", (event) => event.message && crashed(event.error ?? event.message));
  window.addEventListener("unhandledrejection", (event) => crashed(event.reason));
})();
