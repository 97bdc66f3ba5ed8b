// The bridge: versions, launch parameters, transports, answers.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { setBackButton, setMainButton } from "../../../webapp/src/bridge/buttons.ts";
import { confirm, popup } from "../../../webapp/src/bridge/dialogs.ts";
import { parseLaunch, readLaunch } from "../../../webapp/src/bridge/launch.ts";
import { openInvoice, openLink } from "../../../webapp/src/bridge/links.ts";
import { isAtLeast, type Method, since } from "../../../webapp/src/bridge/protocol.ts";
import { cloudStorage, deviceStorage } from "../../../webapp/src/bridge/storage.ts";
import {
  BridgeError,
  connect,
  isVersionAtLeast,
  on,
  post,
} from "../../../webapp/src/bridge/transport.ts";
import { followViewport, viewportHeight } from "../../../webapp/src/bridge/viewport.ts";
import { resetDom } from "../dom.ts";

type Posted = [type: string, data: unknown];
const posted: Posted[] = [];
const client = window as unknown as {
  TelegramWebviewProxy?: unknown;
  Telegram: { WebView: { receiveEvent(type: string, data: unknown): void } };
};
/** What the client does when the app calls it. */
let react: (type: string, data: never) => void = () => undefined;
const tell = (type: string, data?: unknown) => client.Telegram.WebView.receiveEvent(type, data);

connect("9.6");

beforeEach(() => {
  resetDom();
  posted.length = 0;
  react = () => undefined;
  connectAs("9.6");
  client.TelegramWebviewProxy = {
    postEvent: (type: string, json: string) => {
      posted.push([type, JSON.parse(json)]);
      react(type, JSON.parse(json) as never);
    },
  };
});

/** Only the version matters here; listening once is enough. */
function connectAs(version: string): void {
  const { addEventListener } = window;
  window.addEventListener = () => undefined;
  connect(version);
  window.addEventListener = addEventListener;
}

test("versions are compared part by part", () => {
  assert.ok(isAtLeast("7.10", "7.2") && isAtLeast("10.0", "9.6") && isAtLeast("6.1", "6.1"));
  assert.ok(!isAtLeast("7.2", "7.10") && !isAtLeast("6.0", "6.1") && isAtLeast("7", "6.9"));
});

test("each method has the version that brought it", () => {
  const versions: Partial<Record<Method, string>> = {
    web_app_ready: "6.0",
    web_app_open_link: "6.0",
    web_app_setup_main_button: "6.0",
    web_app_open_invoice: "6.1",
    web_app_set_header_color: "6.1",
    web_app_set_background_color: "6.1",
    web_app_open_popup: "6.2",
    web_app_read_text_from_clipboard: "6.4",
    web_app_close_scan_qr_popup: "6.4",
    web_app_switch_inline_query: "6.7",
    web_app_request_phone: "6.9",
    web_app_invoke_custom_method: "6.9",
    web_app_setup_settings_button: "6.10",
    web_app_biometry_get_info: "7.2",
    web_app_setup_swipe_behavior: "7.7",
    web_app_share_to_story: "7.8",
    web_app_setup_secondary_button: "7.10",
    web_app_set_bottom_bar_color: "7.10",
    web_app_set_emoji_status: "8.0",
    web_app_request_content_safe_area: "8.0",
    web_app_toggle_orientation_lock: "8.0",
    web_app_open_location_settings: "8.0",
    web_app_send_prepared_message: "8.0",
    web_app_device_storage_clear: "9.0",
    web_app_secure_storage_restore_key: "9.0",
    web_app_hide_keyboard: "9.1",
    web_app_request_chat: "9.6",
  };
  for (const [method, version] of Object.entries(versions))
    assert.equal(since(method as Method), version, method);
});

test("a method that the client does not know is not sent", () => {
  connectAs("6.1");
  assert.ok(isVersionAtLeast("6.1") && !isVersionAtLeast("6.2"));
  assert.equal(post("web_app_hide_keyboard"), false);
  assert.equal(post("web_app_expand"), true);
  assert.deepEqual(posted, [["web_app_expand", ""]]);
});

test("outside Telegram nothing is sent", () => {
  connectAs("");
  assert.equal(post("web_app_ready"), false);
  assert.deepEqual(posted, []);
});

test("a frame posts JSON to its parent, and hears nobody else", () => {
  delete client.TelegramWebviewProxy;
  const heard: unknown[] = [];
  const messages: unknown[] = [];
  const parent = { postMessage: (message: string) => messages.push(JSON.parse(message)) };
  const own = Object.getOwnPropertyDescriptor(window, "parent");
  Object.defineProperty(window, "parent", { value: parent, configurable: true });
  const off = on("visibility_changed", (data) => heard.push(data));
  try {
    assert.ok(post("web_app_open_tg_link", { path_full: "/x" }));
    assert.deepEqual(messages, [
      { eventType: "web_app_open_tg_link", eventData: { path_full: "/x" } },
    ]);
    const deliver = (data: unknown, source: unknown) => {
      const event = new MessageEvent("message", { data });
      Object.defineProperty(event, "source", { value: source });
      window.dispatchEvent(event);
    };
    const text = JSON.stringify({
      eventType: "visibility_changed",
      eventData: { is_visible: true },
    });
    deliver(text, {});
    deliver("not json", parent);
    deliver({ eventType: "visibility_changed" }, parent);
    deliver(text, parent);
    assert.deepEqual(heard, [{ is_visible: true }]);
  } finally {
    off();
    if (own) Object.defineProperty(window, "parent", own);
  }
});

const FRAGMENT = (id: number) =>
  `tgWebAppData=${encodeURIComponent(`user=${encodeURIComponent(JSON.stringify({ id }))}&start_param=c_1&auth_date=1&hash=ab`)}` +
  `&tgWebAppVersion=9.6&tgWebAppPlatform=ios&tgWebAppThemeParams=${encodeURIComponent('{"bg_color":"#000000"}')}`;

test("launch parameters are read from the fragment", () => {
  const launch = parseLaunch(FRAGMENT(7));
  assert.deepEqual(
    [launch.userId, launch.version, launch.platform, launch.startParam, launch.themeParams],
    ["7", "9.6", "ios", "c_1", { bg_color: "#000000" }],
  );
  assert.match(launch.initData, /hash=ab$/);
});

test("damaged launch parameters are an empty launch, never an error", () => {
  for (const fragment of [
    "",
    "tgWebAppData=%",
    "tgWebAppThemeParams={",
    "tgWebAppData=user%3Dnull",
    "x",
  ]) {
    assert.equal(parseLaunch(fragment).userId, undefined, fragment);
  }
});

test("the credential leaves the address bar; a reload still finds it; another person's tab is cleared", () => {
  sessionStorage.clear();
  location.hash = `#${FRAGMENT(7)}`;
  assert.equal(readLaunch().userId, "7");
  assert.equal(location.hash, "");
  assert.equal(readLaunch().userId, "7");
  sessionStorage.setItem("__telegram__initParams", "x");
  location.hash = `#${FRAGMENT(8)}`;
  const other = readLaunch();
  assert.deepEqual([other.userId, other.switchedUser], ["8", true]);
  assert.equal(sessionStorage.getItem("__telegram__initParams"), null);
});

test("where storage throws, the fragment stays, since a reload needs it", () => {
  const own = Object.getOwnPropertyDescriptor(globalThis, "sessionStorage")!;
  const get = () => {
    throw new DOMException("denied", "SecurityError");
  };
  Object.defineProperty(globalThis, "sessionStorage", { get, configurable: true });
  try {
    location.hash = `#${FRAGMENT(9)}`;
    assert.equal(readLaunch().userId, "9");
    assert.match(location.hash, /tgWebAppData/);
  } finally {
    Object.defineProperty(globalThis, "sessionStorage", own);
    location.hash = "";
  }
});

test("a viewport of one pixel is ignored", () => {
  followViewport();
  tell("viewport_changed", { height: 600, is_expanded: true, is_state_stable: true });
  tell("viewport_changed", { height: 1, is_expanded: true, is_state_stable: true });
  tell("safe_area_changed", { top: 44, bottom: 34, left: 0, right: 0 });
  assert.equal(viewportHeight(), 600);
  const { style } = document.documentElement;
  assert.equal(style.getPropertyValue("--tg-viewport-stable-height"), "600px");
  assert.equal(style.getPropertyValue("--tg-safe-area-inset-top"), "44px");
});

test("a button has one owner at a time", () => {
  const pressed: string[] = [];
  setBackButton(() => pressed.push("first"));
  setBackButton(() => pressed.push("second"));
  tell("back_button_pressed");
  setBackButton(null);
  tell("back_button_pressed");
  assert.deepEqual(pressed, ["second"]);
  assert.deepEqual(posted.at(-1), ["web_app_setup_back_button", { is_visible: false }]);
  setMainButton({ text: "Pay", onPress: () => undefined, progress: true });
  assert.deepEqual(posted.at(-1)?.[1], {
    is_visible: true,
    is_active: true,
    is_progress_visible: true,
    has_shine_effect: false,
    text: "Pay",
  });
});

test("popups wait for each other, and long texts are cut to what Telegram takes", async () => {
  const open: string[] = [];
  react = (type, data: { message: string; title: string; buttons: { id: string }[] }) => {
    if (type !== "web_app_open_popup") return;
    assert.ok(data.message.length <= 256 && data.title.length <= 64);
    open.push(data.message.slice(0, 3));
    assert.equal(open.length, 1, "two popups at once");
    setTimeout(() => {
      open.pop();
      tell("popup_closed", { button_id: data.buttons[0]?.id });
    }, 5);
  };
  const answers = await Promise.all([
    popup({ title: "t".repeat(99), message: "m".repeat(999) }, [
      { id: "a", type: "default", text: "A" },
    ]),
    confirm({ message: "Sure?", yes: "Yes", destructive: true }),
  ]);
  assert.deepEqual(answers, ["a", true]);
});

test("where there are no popups the browser asks", async () => {
  connectAs("6.0");
  let asked = "";
  window.confirm = (text) => {
    asked = text ?? "";
    return false;
  };
  assert.equal(await confirm({ title: "T", message: "Sure?", yes: "Yes" }), false);
  assert.equal(asked, "T\n\nSure?");
});

test("an invoice's outcome is that of its own slug", async () => {
  react = (type) => {
    if (type !== "web_app_open_invoice") return;
    tell("invoice_closed", { slug: "other", status: "failed" });
    tell("invoice_closed", { slug: "abc-1", status: "paid" });
  };
  assert.equal(await openInvoice("https://t.me/$abc-1"), "paid");
  assert.equal(await openInvoice("https://t.me/invoice/abc-1"), "paid");
  await assert.rejects(openInvoice("https://evil.example/$abc"), BridgeError);
  connectAs("6.0");
  await assert.rejects(
    openInvoice("https://t.me/$abc-1"),
    (e: BridgeError) => e.code === "UNSUPPORTED",
  );
});

test("links go to Telegram or to a browser; scripts go nowhere", () => {
  openLink("https://example.org/a b");
  openLink("https://t.me/tanya?start=x");
  openLink("javascript:alert(1)");
  openLink("nonsense");
  assert.deepEqual(posted, [
    ["web_app_open_link", { url: "https://example.org/a%20b" }],
    ["web_app_open_tg_link", { path_full: "/tanya?start=x" }],
  ]);
});

test("storage requests are told apart by their number, and refusals reject", async () => {
  react = (type, data: { req_id: string; params?: { keys: string[] }; key?: string }) => {
    const { req_id } = data;
    tell("custom_method_invoked", { req_id: "someone else's", result: {} });
    if (type === "web_app_invoke_custom_method")
      tell("custom_method_invoked", { req_id, result: { k: "v" } });
    else if (data.key === "full")
      tell("device_storage_failed", { req_id, error: "QUOTA_EXCEEDED" });
    else tell("device_storage_key_received", { req_id, value: "kept" });
  };
  assert.deepEqual(await cloudStorage.get(["k"]), { k: "v" });
  assert.equal(await deviceStorage.get("k"), "kept");
  await assert.rejects(deviceStorage.get("full"), (e: BridgeError) => e.code === "QUOTA_EXCEEDED");
});
