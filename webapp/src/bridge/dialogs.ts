// Telegram's popups. A client shows one at a time, so they are queued here. Without them (before
// 6.2, or outside Telegram) the browser's own dialogs are used.

import type { PopupButton } from "./protocol.ts";
import { answer, post, supports } from "./transport.ts";

export interface PopupText {
  /** Up to 64 characters. */
  title?: string;
  /** Up to 256 characters; what is longer is cut. */
  message: string;
}

let last: Promise<unknown> = Promise.resolve();

/** Shows one to three buttons; the id of the pressed one, or null when it was dismissed. */
export function popup(text: PopupText, buttons: PopupButton[]): Promise<string | null> {
  const shown = last.then(() => show(text, buttons));
  last = shown.catch(() => undefined);
  return shown;
}

async function show({ title = "", message }: PopupText, buttons: PopupButton[]) {
  if (!supports("web_app_open_popup")) return browserPopup(title, message, buttons);
  const closed = await answer("popup_closed", () =>
    post("web_app_open_popup", {
      title: cut(title, 64),
      message: cut(message, 256),
      buttons: buttons.slice(0, 3),
    }),
  );
  return closed?.button_id || null;
}

function browserPopup(title: string, message: string, buttons: PopupButton[]): string | null {
  const text = title ? `${title}\n\n${message}` : message;
  const [first] = buttons;
  const only = buttons.every((button) => button === first);
  if (only) window.alert(text);
  return only || window.confirm(text) ? (first?.id ?? null) : null;
}

/**
 * Asks yes or no. `yes` is the button's text; `no` the other's, which is otherwise the client's
 * "Cancel"; `destructive` makes the first red.
 */
export async function confirm(
  text: PopupText & { yes: string; no?: string; destructive?: boolean },
): Promise<boolean> {
  const type = text.destructive ? "destructive" : "default";
  const other: PopupButton = text.no
    ? { id: "no", type: "default", text: text.no }
    : { id: "", type: "cancel" };
  return "yes" === (await popup(text, [{ id: "yes", type, text: text.yes }, other]));
}

/** Shows a message with an OK button. */
export async function notify(text: PopupText): Promise<void> {
  await popup(text, [{ id: "", type: "close" }]);
}

const cut = (text: string, length: number): string =>
  text.length > length ? `${text.slice(0, length - 1)}…` : text;
