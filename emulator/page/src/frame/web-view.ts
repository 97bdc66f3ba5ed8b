// Messages from and to the web view's script inside an app of another origin
// (telegram_emulator/mini_apps/web_view.js).
import { isFields, type Message } from "./gate.ts";

export type Report =
  | { kind: "event"; message: Message }
  | { kind: "touch" }
  | { kind: "field"; focused: boolean }
  | { kind: "crash"; message: string };

export type Order =
  | { kind: "event"; eventType: string; eventData: unknown }
  | { kind: "reload" }
  | { kind: "blur" }
  | { kind: "hideScrollbars" };

/** The report in the data of postMessage, or null if it is none. */
export function readReport(raw: unknown): Report | null {
  const report = isFields(raw) ? raw.telegramEmulator : null;
  if (!isFields(report)) return null;
  switch (report.kind) {
    case "event":
      return {
        kind: "event",
        message: { name: String(report.eventType), data: parsed(report.eventData) },
      };
    case "touch":
      return { kind: "touch" };
    case "field":
      return { kind: "field", focused: report.focused === true };
    case "crash":
      return { kind: "crash", message: String(report.message) };
    default:
      return null;
  }
}

/** Native clients take the data as JSON; anything else counts as no data. */
function parsed(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return "";
  }
}

export function order(iframe: HTMLIFrameElement, origin: string, what: Order): void {
  iframe.contentWindow?.postMessage({ telegramEmulator: what }, origin);
}
