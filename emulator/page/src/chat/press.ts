// The actions of buttons of messages.
import { signal } from "@preact/signals";
import { t } from "../boot.ts";
import { openDialog } from "../dialogs.ts";
import { openApp } from "../frame/open.ts";
import { openInvoice } from "../payments.ts";
import { attempt, showToast } from "../toast.ts";
import { request } from "../world/actions.ts";
import { myId, onCallbackAnswer, world } from "../world/live.ts";
import type { ButtonAction } from "../world/telegram.ts";
import type { CallbackAnswer } from "../world/types.ts";
import { insertIntoComposer } from "./composer-state.ts";
import { openAddress } from "./links.tsx";

/** Callback buttons that wait for an answer, as "message:data". */
export const pressed = signal<ReadonlySet<string>>(new Set());
export const pressKey = (messageId: number, data: string) => `${messageId}:${data}`;

export function press(button: ButtonAction, messageId: number): void {
  const { callback_data, web_app, copy_text, pay } = button;
  const address = button.url ?? button.login_url?.url;
  const query = inlineQueryOf(button);
  if (button.disabled) return;
  if (callback_data !== undefined) void pressCallback(messageId, callback_data);
  else if (web_app) void openApp("inlineButton", { url: web_app.url });
  else if (pay) void openInvoice(myId.value, { messageId });
  else if (address) openAddress(address);
  else if (copy_text) void copy(copy_text.text);
  else if (query !== undefined) insertIntoComposer(`@${world.value?.bot.username ?? ""} ${query}`);
}

function inlineQueryOf(button: ButtonAction): string | undefined {
  const { switch_inline_query, switch_inline_query_current_chat } = button;
  const chosen = button.switch_inline_query_chosen_chat;
  return (
    switch_inline_query ?? switch_inline_query_current_chat ?? (chosen && (chosen.query ?? ""))
  );
}

async function pressCallback(messageId: number, data: string): Promise<void> {
  const key = pressKey(messageId, data);
  if (pressed.value.has(key)) return;
  pressed.value = new Set([...pressed.value, key]);
  const release = () => (pressed.value = new Set([...pressed.value].filter((one) => one !== key)));
  const started = await attempt(request("pressButton", { personId: myId.value, messageId, data }));
  if (!started) return void release();
  onCallbackAnswer(started.callbackId, (answer) => {
    release();
    show(answer);
  });
}

function show({ text, showAlert, url }: CallbackAnswer): void {
  if (url) openAddress(url);
  if (!text) return;
  const buttons = [{ id: "ok", text: t("dialog.ok") }];
  if (showAlert) openDialog("choice", { title: world.value?.bot.firstName ?? "", text, buttons });
  else showToast(text);
}

export async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    showToast(t("chat.copied"));
  } catch {
    showToast(t("chat.notCopied"));
  }
}
