// The bridge to Telegram: the only folder that uses `window.Telegram*` or postMessage. It
// implements the documented protocol, so Telegram's script is not loaded.

import { type Launch, readLaunch } from "./launch.ts";
import { applyTheme } from "./theme.ts";
import { connect, on, post } from "./transport.ts";
import { followViewport } from "./viewport.ts";

export type { ButtonLook } from "./buttons.ts";
// Import dialogs, links and storage from their own files: only later screens use them, and what is
// exported here loads with the first screen.
export { setBackButton, setMainButton, setSecondaryButton, setSettingsButton } from "./buttons.ts";
export { haptic, readClipboard, requestWriteAccess } from "./device.ts";
export type { Launch } from "./launch.ts";
export type {
  EventName,
  Events,
  Haptic,
  InvoiceStatus,
  Method,
  Methods,
  PopupButton,
} from "./protocol.ts";
export { answer, BridgeError, isVersionAtLeast, on, post, request, supports } from "./transport.ts";
export { isExpanded, viewportHeight } from "./viewport.ts";

/** How the app was opened; without init data nobody can be signed in. */
export type Place = "telegram" | "telegram-anonymous" | "browser";

export interface Bridge extends Launch {
  readonly place: Place;
}

/** Reads the launch, connects to the client, and keeps theme and viewport in CSS from now on. */
export function start(): Bridge {
  const launch = readLaunch();
  connect(launch.version);
  applyTheme(launch.themeParams);
  on("theme_changed", (data) => applyTheme(data.theme_params));
  followViewport();
  on("reload_iframe", () => {
    post("iframe_will_reload");
    location.reload();
  });
  post("iframe_ready", { reload_supported: true });
  post("web_app_request_theme");
  post("web_app_request_viewport");
  post("web_app_request_safe_area");
  post("web_app_request_content_safe_area");
  const place = launch.initData ? "telegram" : launch.version ? "telegram-anonymous" : "browser";
  return { ...launch, place };
}

/** Tells the client that the first screen is drawn, so that it hides its spinner. */
export function ready(): void {
  post("web_app_ready");
  post("web_app_expand");
}

/** Has the client confirm closing while something would be lost. */
export const setClosingConfirmation = (need_confirmation: boolean): boolean =>
  post("web_app_setup_closing_behavior", { need_confirmation });

/** Allows minimising the app by a downward swipe, or not: it interferes with scrolling. */
export const setVerticalSwipes = (allow_vertical_swipe: boolean): boolean =>
  post("web_app_setup_swipe_behavior", { allow_vertical_swipe });

/** Gives the client's bars the colours of the app's surfaces. */
export function paintBars(surface: "bg_color" | "secondary_bg_color"): void {
  post("web_app_set_header_color", { color_key: surface });
  const style = getComputedStyle(document.documentElement);
  const color = style.getPropertyValue(`--tg-theme-${surface.replaceAll("_", "-")}`).trim();
  if (!color) return;
  post("web_app_set_background_color", { color });
  post("web_app_set_bottom_bar_color", { color });
}

export const close = (): boolean => post("web_app_close", {});
export const hideKeyboard = (): boolean => post("web_app_hide_keyboard");
