// Links out of the app, data for the bot, inline queries, stories, payments, sharing.
import { t } from "../../boot.ts";
import { insertIntoComposer } from "../../chat/composer-state.ts";
import { openDialog } from "../../dialogs.ts";
import { openInvoice } from "../../payments.ts";
import { attempt, showToast } from "../../toast.ts";
import { ActionRefused, act, request } from "../../world/actions.ts";
import { world } from "../../world/live.ts";
import { agree } from "../ask.ts";
import { type Frame, type Handler, refuse } from "../frame.ts";
import { textIn } from "../gate.ts";
import { LINK_TOUCH_MS } from "../limits.ts";
import { followTgPath } from "../open.ts";

const person = (frame: Frame) => frame.session.opening.personId;

export const openLink: Handler = (frame, data) => {
  const url = textIn(data, "url") ?? "";
  if (!/^https?:\/\//i.test(url)) refuse("only http and https");
  if (!frame.touches.spend(frame.now(), LINK_TOUCH_MS)) refuse("no touch within 1 s");
  window.open(url, "_blank", "noopener");
};

export const openTgLink: Handler = (frame, data) => {
  const path = textIn(data, "path_full");
  if (path === null) refuse("no path_full");
  if (!followTgPath(person(frame), path)) refuse("leads outside the emulator");
};

export const openInvoiceSlug: Handler = async (frame, data) => {
  const slug = textIn(data, "slug");
  if (!slug) refuse("no slug");
  const ran = await frame.single.run("invoice", async () => {
    const status = await openInvoice(person(frame), { slug });
    frame.send("invoice_closed", { slug, status });
  });
  if (!ran) refuse("an invoice is open");
};

const MOST_DATA_BYTES = 4096;

export const sendData: Handler = async (frame, data) => {
  const { source, buttonText, personId } = frame.session.opening;
  const text = textIn(data, "data") ?? "";
  if (source !== "keyboard") refuse("only from a keyboard button");
  const size = new TextEncoder().encode(text).length;
  if (size < 1 || size > MOST_DATA_BYTES) refuse(`${size} bytes`);
  await attempt(act({ type: "sendWebAppData", personId, buttonText, data: text }));
  frame.close();
};

export const switchInlineQuery: Handler = async (frame, data) => {
  const query = textIn(data, "query") ?? "";
  const types = Array.isArray(data.chat_types) ? data.chat_types : [];
  if (types.length > 0) {
    const allowed = types.filter((one) => typeof one === "string");
    const to = await openDialog("share", { text: query, allowed }).answer;
    if (to === null) refuse("no chat chosen");
  }
  insertIntoComposer(`@${world.value?.bot.username ?? ""} ${query}`);
  frame.close();
};

export const shareToStory: Handler = async (frame, data) => {
  const media = textIn(data, "media_url") ?? "";
  if (!frame.platform.stories) refuse("UNSUPPORTED");
  if (!/^https:\/\//i.test(media)) refuse("media_url");
  const buttons = [{ id: "ok", text: t("dialog.ok") }];
  const text = [media, textIn(data, "text")].filter(Boolean).join("\n");
  await openDialog("choice", { title: t("story.title"), text, buttons }).answer;
};

export const sendPreparedMessage: Handler = async (frame, data) => {
  const id = textIn(data, "id") ?? "";
  const personId = person(frame);
  try {
    const prepared = await request("readPreparedMessage", { personId, id });
    const to = await openDialog("share", { text: prepared.text, allowed: prepared.allowed }).answer;
    if (to === null) shareFailed(frame, "USER_DECLINED");
    await request("sendPreparedMessage", { personId, id, to });
    frame.send("prepared_message_sent");
    showToast(t("share.sent", { to }));
  } catch (error) {
    if (!(error instanceof ActionRefused)) throw error;
    shareFailed(frame, error.reason);
  }
};

function shareFailed(frame: Frame, error: string): never {
  frame.send("prepared_message_failed", { error });
  refuse(error);
}

/** `req_id` is the id of a button from savePreparedKeyboardButton. */
export const requestChat: Handler = async (frame, data) => {
  const req_id = textIn(data, "req_id");
  if (req_id === null) return refuse("no req_id");
  try {
    if (!(await agree("shareAsk"))) throw new ActionRefused("USER_DECLINED");
    await request("shareByButton", { personId: person(frame), preparedId: req_id });
    frame.send("requested_chat_sent", { req_id });
  } catch (error) {
    if (!(error instanceof ActionRefused)) throw error;
    frame.send("requested_chat_failed", { req_id, error: error.reason });
    refuse(error.reason);
  }
};
