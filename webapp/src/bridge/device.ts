// Device features: haptics, clipboard, permission to write.

import type { Haptic } from "./protocol.ts";
import { answer, post, request } from "./transport.ts";

type Touch =
  | "light"
  | "medium"
  | "heavy"
  | "rigid"
  | "soft"
  | "success"
  | "warning"
  | "error"
  | "selection";

/** One short vibration; does nothing if the device has none. */
export function haptic(touch: Touch): void {
  post("web_app_trigger_haptic_feedback", feedback(touch));
}

function feedback(touch: Touch): Haptic {
  switch (touch) {
    case "selection":
      return { type: "selection_change" };
    case "success":
    case "warning":
    case "error":
      return { type: "notification", notification_type: touch };
    default:
      return { type: "impact", impact_style: touch };
  }
}

/** The clipboard's text; null if Telegram does not provide it (only to attachment-menu apps). */
export async function readClipboard(): Promise<string | null> {
  const got = await request("web_app_read_text_from_clipboard", {}, "clipboard_text_received");
  return got.data ?? null;
}

/** Asks the person to let the bot send messages. */
export async function requestWriteAccess(): Promise<boolean> {
  const got = await answer("write_access_requested", () => post("web_app_request_write_access"));
  return got.status === "allowed";
}
