// Popups, the QR scanner and the clipboard.
import { t } from "../../boot.ts";
import { inAttachmentMenu } from "../../choices.ts";
import { type ChoiceButton, type DialogHandle, openDialog } from "../../dialogs.ts";
import { type Frame, type Handler, refuse } from "../frame.ts";
import { type Fields, isFields, textIn } from "../gate.ts";
import { TOUCH_MS } from "../limits.ts";

export interface Popup {
  title: string;
  text: string;
  buttons: ChoiceButton[];
}

/** The requested popup, or null if a field exceeds the documented limits. */
export function readPopup(data: Fields): Popup | null {
  const title = textIn(data, "title") ?? "";
  const text = textIn(data, "message") ?? "";
  const list = Array.isArray(data.buttons) ? data.buttons : [];
  const buttons = list.map(readButton);
  if (title.length > 64 || text === "" || text.length > 256) return null;
  if (buttons.length < 1 || buttons.length > 3) return null;
  const complete = buttons.filter((one) => one !== null);
  return complete.length === buttons.length ? { title, text, buttons: complete } : null;
}

function readButton(value: unknown): ChoiceButton | null {
  if (!isFields(value)) return null;
  const type = textIn(value, "type") ?? "default";
  const id = textIn(value, "id") ?? "";
  if (id.length > 64) return null;
  if (type === "ok" || type === "close" || type === "cancel") {
    return { id, text: t(`dialog.${type}`), look: type === "ok" ? "default" : "plain" };
  }
  const text = textIn(value, "text")?.trim() ?? "";
  const known = type === "default" || type === "destructive";
  if (!known || text === "" || text.length > 64) return null;
  return { id, text, look: type };
}

export const openPopup: Handler = async (frame, data) => {
  const popup = readPopup(data);
  if (!popup) refuse("invalid popup");
  const state = frame.popups.tryOpen(frame.now());
  if (state !== "open") refuse(state === "busy" ? "a popup is open" : "3 popups in 3 s");
  const id = await openDialog("choice", popup).answer;
  frame.popups.close();
  frame.touches.touched(frame.now());
  frame.send("popup_closed", id === null ? {} : { button_id: id });
};

const scanners = new WeakMap<Frame, DialogHandle<never>>();
const closedByApp = new WeakSet<DialogHandle<never>>();

export const openScanner: Handler = async (frame, data) => {
  if (!frame.platform.qr) {
    frame.send("scan_qr_popup_closed");
    refuse("UNSUPPORTED");
  }
  if (scanners.has(frame)) refuse("a scanner is open");
  const text = (textIn(data, "text") ?? "").slice(0, 64);
  const onText = (data: string) => frame.send("qr_text_received", { data });
  const scanner = openDialog("scan", { text, onText });
  scanners.set(frame, scanner);
  await scanner.answer;
  scanners.delete(frame);
  // An app that closes the scanner itself is not told that it closed.
  if (!closedByApp.has(scanner)) frame.send("scan_qr_popup_closed");
};

export const closeScanner: Handler = (frame) => {
  const scanner = scanners.get(frame);
  if (!scanner) refuse("no scanner is open");
  closedByApp.add(scanner);
  scanner.close();
};

export const readClipboard: Handler = async (frame, data) => {
  const req_id = textIn(data, "req_id") ?? "";
  const why = clipboardRefusal(frame);
  const text = why ? null : await clipboardText();
  frame.send("clipboard_text_received", text === null ? { req_id } : { req_id, data: text });
  if (why) refuse(why);
};

function clipboardRefusal(frame: Frame): string | null {
  if (!inAttachmentMenu.value) return "not in the attachment menu";
  return frame.touches.recent(frame.now(), TOUCH_MS) ? null : "no touch within 10 s";
}

async function clipboardText(): Promise<string | null> {
  try {
    return await navigator.clipboard.readText();
  } catch {
    // The browser does not allow reading its clipboard; the person can type what would be in it.
    const props = {
      title: t("clipboard.title"),
      text: t("clipboard.text"),
      value: "",
      ok: t("dialog.ok"),
    };
    return await openDialog("prompt", props).answer;
  }
}
