// The bridge with an app at its other end: what is sent, what comes back, what is refused.
import "./dom.ts";
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import * as choices from "../../page/src/choices.ts";
import { dialogs, dismissAll } from "../../page/src/dialogs.ts";
import { resetDevice } from "../../page/src/frame/device.ts";
import { FrameBridge, READY_WITHIN_MS } from "../../page/src/frame/frame-bridge.ts";
import { METHODS } from "../../page/src/frame/methods.ts";
import { Session } from "../../page/src/frame/session.ts";
import { clearLog, rows } from "../../page/src/log.ts";

interface Sent {
  eventType: string;
  eventData?: unknown;
}

/** An app in a frame: it posts to the bridge and keeps what the bridge posts to it. */
function openedApp(version = "10.3", platform = "android") {
  const sent: Sent[] = [];
  const contentWindow = { postMessage: (text: string) => sent.push(JSON.parse(text) as Sent) };
  const iframe = { contentWindow, clientHeight: 500, clientWidth: 390, contentDocument: null };
  const opening = {
    id: 1,
    personId: 7,
    url: "http://localhost/app#tgWebAppVersion=8.0",
    inWebView: false,
    address: "http://localhost",
    source: "menu" as const,
    buttonText: "",
    fullscreen: false,
    expanded: false,
    platform,
    version,
  };
  const session = new Session(opening);
  const bridge = new FrameBridge(session, iframe as unknown as HTMLIFrameElement);
  ends.push(bridge.attach());
  const post = (eventType: string, eventData: unknown = "", origin = "http://localhost") => {
    const data = JSON.stringify({ eventType, eventData });
    const event = new MessageEvent("message", { data, origin });
    Object.defineProperty(event, "source", { value: contentWindow });
    window.dispatchEvent(event);
  };
  const last = (name: string) => sent.findLast((one) => one.eventType === name)?.eventData;
  return { session, bridge, post, sent, last };
}

const ends: (() => void)[] = [];
const settled = () => new Promise((resolve) => setTimeout(resolve));

afterEach(() => {
  for (const end of ends.splice(0)) end();
  dismissAll();
  resetDevice(7);
  clearLog();
});

test("the boot of an app is answered: theme, viewport and both safe areas", () => {
  const app = openedApp();
  for (const name of [
    "request_theme",
    "request_viewport",
    "request_safe_area",
    "request_content_safe_area",
  ]) {
    app.post(`web_app_${name}`);
  }
  const names = app.sent.map((one) => one.eventType);
  assert.deepEqual(names, [
    "theme_changed",
    "viewport_changed",
    "safe_area_changed",
    "content_safe_area_changed",
  ]);
  assert.deepEqual(app.last("viewport_changed"), {
    height: 500,
    width: 390,
    is_expanded: false,
    is_state_stable: true,
  });
});

test("a client of an older version leaves newer methods unanswered, and the log says which it needs", () => {
  const app = openedApp("7.10");
  app.post("web_app_request_safe_area");
  assert.deepEqual(app.sent, []);
  assert.match(rows.value.at(-1)?.note ?? "", /needs Bot API 8\.0/);
});

test("every method of the table ends in an answer or a refusal, never in an error", async () => {
  globalThis.fetch = () => Promise.reject(new Error("no server here"));
  for (const platform of ["android", "webk"]) {
    const app = openedApp("10.3", platform);
    for (const name of Object.keys(METHODS)) {
      app.post(name, {
        req_id: "1",
        key: "k",
        value: "v",
        slug: "s",
        data: "d",
        is_visible: true,
        text: "t",
        message: "m",
        buttons: [{ id: "a", type: "ok" }],
      });
      await settled();
      dismissAll();
      await settled();
    }
  }
});

test("an app that loads and never says it is ready is named in the log", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const silent = openedApp();
  silent.bridge.loaded();
  const lively = openedApp();
  lively.bridge.loaded();
  lively.post("web_app_ready");
  clearLog();
  context.mock.timers.tick(READY_WITHIN_MS);
  assert.equal(silent.session.ready.value, true);
  assert.deepEqual(
    rows.value.map((row) => [row.name, row.ok]),
    [["web_app_ready", false]],
  );
});

test("messages of other windows are not the app's", () => {
  const app = openedApp();
  window.dispatchEvent(
    new MessageEvent("message", { data: '{"eventType":"web_app_request_theme"}' }),
  );
  assert.deepEqual(app.sent, []);
});

test("from 10.2 on another origin in the frame is refused; clients before took any", () => {
  const hardened = openedApp("10.2");
  hardened.post("web_app_request_theme", "", "https://evil.example");
  assert.deepEqual(hardened.sent, []);
  const before = openedApp("10.1");
  before.post("web_app_request_theme", "", "https://evil.example");
  assert.equal(before.sent.length, 1);
});

test("full screen: granted once, refused when there already, unsupported on some clients", async () => {
  const app = openedApp();
  app.post("web_app_request_fullscreen");
  await settled();
  assert.deepEqual(app.last("fullscreen_changed"), { is_fullscreen: true });
  app.post("web_app_request_fullscreen");
  assert.deepEqual(app.last("fullscreen_failed"), { error: "ALREADY_FULLSCREEN" });
  const web = openedApp("10.3", "webk");
  web.post("web_app_request_fullscreen");
  assert.deepEqual(web.last("fullscreen_failed"), { error: "UNSUPPORTED" });
});

test("a popup answers with its button; dismissed it answers with none", async () => {
  const app = openedApp();
  const popup = {
    message: "Sure?",
    buttons: [
      { id: "yes", type: "ok" },
      { id: "no", type: "cancel" },
    ],
  };
  app.post("web_app_open_popup", popup);
  const dialog = dialogs.value[0];
  assert.ok(dialog?.kind === "choice");
  dialog.done("yes");
  await settled();
  assert.deepEqual(app.last("popup_closed"), { button_id: "yes" });
  app.post("web_app_open_popup", popup);
  dismissAll();
  await settled();
  assert.deepEqual(app.last("popup_closed"), {});
});

test("a second popup and an ill-formed one are not shown", () => {
  const app = openedApp();
  const ok = [{ id: "", type: "ok" }];
  app.post("web_app_open_popup", { message: "", buttons: ok });
  app.post("web_app_open_popup", { message: "m", buttons: [] });
  app.post("web_app_open_popup", { message: "m", buttons: [ok[0], ok[0], ok[0], ok[0]] });
  app.post("web_app_open_popup", { message: "m", title: "t".repeat(65), buttons: ok });
  assert.equal(dialogs.value.length, 0);
  app.post("web_app_open_popup", { message: "one", buttons: ok });
  app.post("web_app_open_popup", { message: "two", buttons: ok });
  assert.equal(dialogs.value.length, 1);
});

test("the scanner tells each text, and its closing only if the person closed it", async () => {
  const app = openedApp();
  app.post("web_app_open_scan_qr_popup", { text: "Scan" });
  const scanner = dialogs.value[0];
  assert.ok(scanner?.kind === "scan");
  scanner.props.onText("hello");
  assert.deepEqual(app.last("qr_text_received"), { data: "hello" });
  app.post("web_app_close_scan_qr_popup");
  await settled();
  assert.equal(
    app.sent.some((one) => one.eventType === "scan_qr_popup_closed"),
    false,
  );
  app.post("web_app_open_scan_qr_popup");
  dismissAll();
  await settled();
  assert.ok(app.sent.some((one) => one.eventType === "scan_qr_popup_closed"));
});

test("storage on the device answers by request id, and forgets on clear", () => {
  const app = openedApp();
  app.post("web_app_device_storage_save_key", { req_id: "1", key: "k", value: "v" });
  assert.deepEqual(app.last("device_storage_key_saved"), { req_id: "1" });
  app.post("web_app_device_storage_get_key", { req_id: "2", key: "k" });
  assert.deepEqual(app.last("device_storage_key_received"), { req_id: "2", value: "v" });
  app.post("web_app_device_storage_clear", { req_id: "3" });
  app.post("web_app_device_storage_get_key", { req_id: "4", key: "k" });
  assert.deepEqual(app.last("device_storage_key_received"), { req_id: "4", value: null });
});

test("a client without secure storage fails by name", () => {
  const app = openedApp("10.3", "webk");
  app.post("web_app_secure_storage_get_key", { req_id: "1", key: "k" });
  assert.deepEqual(app.last("secure_storage_failed"), { req_id: "1", error: "UNSUPPORTED" });
});

test("the clipboard gives no text to a bot outside the attachment menu", async () => {
  const app = openedApp();
  app.bridge.touches.touched(app.bridge.now());
  app.post("web_app_read_text_from_clipboard", { req_id: "9" });
  await settled();
  assert.deepEqual(app.last("clipboard_text_received"), { req_id: "9" });
});

test("the theme's change is told at once; haptics are shown; blank buttons stay hidden", async () => {
  const app = openedApp();
  choices.themeName.value = choices.themeName.value === "dark" ? "light" : "dark";
  await settled();
  assert.ok(app.last("theme_changed"));
  app.post("web_app_trigger_haptic_feedback", { type: "impact", impact_style: "light" });
  assert.equal(app.session.haptic.value?.name, "impact light");
  app.post("web_app_setup_main_button", { is_visible: true, text: "  " });
  assert.equal(app.session.buttonsShown.value, false);
  app.post("web_app_setup_main_button", { is_visible: true, text: "Pay" });
  assert.equal(app.session.buttonsShown.value, true);
});

test("data may be sent from an app of a keyboard button only", async () => {
  const app = openedApp();
  app.post("web_app_data_send", { data: "x" });
  await settled();
  assert.match(rows.value.at(-1)?.note ?? "", /keyboard button/);
});
