// Height and insets of the area that Telegram gives the app, as the documented variables:
// `--tg-viewport-height`, `--tg-viewport-stable-height`, `--tg-safe-area-inset-*` and
// `--tg-content-safe-area-inset-*`, all in px.

import type { Insets } from "./protocol.ts";
import { on, post } from "./transport.ts";

// iOS reports 1 px while the app is being opened; no real viewport is this low.
const LOWEST = 100;

let stable = 0;
let expanded = false;

/** The last stable height in px; 0 before the client has told one. */
export const viewportHeight = (): number => stable;
export const isExpanded = (): boolean => expanded;

export function followViewport(): void {
  on("viewport_changed", (data) => {
    if (!(data.height >= LOWEST)) return;
    expanded = data.is_expanded;
    set("viewport-height", data.height);
    if (!data.is_state_stable) return;
    stable = data.height;
    set("viewport-stable-height", stable);
  });
  on("safe_area_changed", (data) => setInsets("safe-area-inset", data));
  on("content_safe_area_changed", (data) => setInsets("content-safe-area-inset", data));
  // The insets change with fullscreen, and some clients only tell when asked.
  on("fullscreen_changed", () => {
    post("web_app_request_safe_area");
    post("web_app_request_content_safe_area");
  });
}

function setInsets(name: string, insets: Insets): void {
  for (const side of ["top", "bottom", "left", "right"] as const) {
    set(`${name}-${side}`, Number(insets[side]) || 0);
  }
}

const set = (name: string, px: number): void =>
  document.documentElement.style.setProperty(`--tg-${name}`, `${px}px`);
