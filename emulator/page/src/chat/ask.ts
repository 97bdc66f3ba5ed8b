// Small dialogs for sending a location, a poll, a reaction or a quote.
import { t } from "../boot.ts";
import { openDialog } from "../dialogs.ts";
import { attempt, showToast } from "../toast.ts";
import { act } from "../world/actions.ts";
import { myId } from "../world/live.ts";
import type { ChatMessage } from "../world/types.ts";
import { quoted, startReply } from "./composer-state.ts";

const EMOJI = ["👍", "❤", "🔥", "👎"];

export async function sendPlace(): Promise<void> {
  const typed = await ask("place", "41.9, 12.5");
  if (typed === null) return;
  const [latitude, longitude] = typed.split(",").map((part) => Number(part.trim()));
  if (!Number.isFinite(latitude) || !Number.isFinite(longitude))
    return showToast(t("ask.place.text"));
  const place = { latitude: latitude as number, longitude: longitude as number };
  await attempt(act({ type: "sendLocation", personId: myId.value, ...place }));
}

export async function sendPoll(): Promise<void> {
  const typed = await ask("poll", t("ask.poll.value"));
  const [question = "", ...options] = (typed ?? "").split("|").map((part) => part.trim());
  if (typed === null) return;
  await attempt(act({ type: "sendPoll", personId: myId.value, question, options }));
}

export async function react(entry: ChatMessage): Promise<void> {
  const buttons = EMOJI.map((emoji) => ({ id: emoji, text: emoji, look: "plain" as const }));
  const none = { id: "", text: t("ask.react.none"), look: "plain" as const };
  const props = { title: t("chat.react"), text: "", buttons: [...buttons, none] };
  const emoji = await openDialog("choice", props).answer;
  if (emoji === null) return;
  const set = { messageId: entry.id, emoji: emoji ? [emoji] : [] };
  await attempt(act({ type: "react", personId: myId.value, ...set }));
}

/** Replies to a part of a message. */
export async function quote(entry: ChatMessage): Promise<void> {
  const part = await ask("quote", entry.message.text ?? entry.message.caption ?? "");
  if (!part) return;
  startReply(entry);
  quoted.value = part;
}

function ask(what: "place" | "poll" | "quote", value: string): Promise<string | null> {
  const [title, text] = [t(`ask.${what}.title`), t(`ask.${what}.text`)];
  return openDialog("prompt", { title, text, value, ok: t("dialog.ok") }).answer;
}
