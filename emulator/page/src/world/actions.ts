// The page's actions: telegram_emulator/actions/, one POST per action.
import { chosenTopic, GENERAL, myGroup } from "./live.ts";
import type {
  ApiFaultKind,
  CheckoutStatus,
  InvoiceSheet,
  Person,
  UpdateFaultKind,
} from "./types.ts";

export type LaunchSource =
  | "menu"
  | "inlineButton"
  | "keyboard"
  | "inline"
  | "direct"
  | "attachment";

export type PayOutcome = "pay" | "cancel" | "fail" | "pending";
export type FileKind = "photo" | "document" | "voice" | "audio" | "video" | "sticker";

export interface AlbumItem {
  fileName: string;
  mediaType: string;
  data: string;
}

export interface LaunchAction {
  type: "launch";
  personId: number;
  source: LaunchSource;
  platform: string;
  version: string;
  themeParams: Record<string, string>;
  url?: string;
  startParam?: string;
  defaultColors?: Record<string, string>;
  fullscreen?: boolean;
  showSettings?: boolean;
  ageSeconds?: number;
  forged?: boolean;
}

export interface SendFileAction {
  type: "sendFile";
  personId: number;
  kind: FileKind;
  fileName: string;
  mediaType: string;
  data: string;
  caption?: string;
  width?: number;
  height?: number;
  duration?: number;
}

/** Actions of one person, without the person. */
type Personal =
  | { type: "removePerson" }
  | { type: "pressStart"; parameter?: string }
  | { type: "sendText"; text: string; replyTo?: number; quote?: string }
  | { type: "sendLocation"; latitude: number; longitude: number }
  | { type: "sendPoll"; question: string; options: string[] }
  | { type: "sendAlbum"; items: AlbumItem[]; caption: string }
  | { type: "react"; messageId: number; emoji: string[] }
  | { type: "vote"; messageId: number; options: number[] }
  | { type: "forward"; messageId: number }
  | { type: "editText"; messageId: number; text: string }
  | { type: "deleteMessages"; messageIds?: number[] }
  | { type: "stopDraft"; draftId: number }
  | { type: "shareContact" }
  | { type: "blockBot"; blocked: boolean }
  | { type: "sendGuestMessage"; chatTitle: string; text: string }
  | { type: "closeTopic"; chatId: number; threadId: number; closed: boolean }
  | { type: "linkDiscussion"; channelId: number; groupId: number }
  | { type: "connectBusiness"; rights: readonly string[] }
  | { type: "disconnectBusiness" }
  | { type: "sendBusinessText"; ownerId: number; customerId: number; text: string }
  | { type: "shareByButton"; text: string }
  | { type: "setAdmin"; chatId: number; userId: number; rights: readonly string[] }
  | { type: "addMember"; chatId: number; userId: number }
  | { type: "removeMember"; chatId: number; userId: number }
  | { type: "allowWriteAccess" }
  | { type: "allowEmojiStatus"; allowed: boolean }
  | { type: "buyPaidMedia"; messageId: number }
  | { type: "sendWebAppData"; buttonText: string; data: string }
  | { type: "topUp"; stars: number }
  | { type: "setSubscription"; subscriptionId: string; canceled: boolean }
  | { type: "chargeback"; chargeId: string };

/** Actions without a result. */
export type PlainAction =
  | (Personal & { personId: number })
  | SendFileAction
  | {
      type: "setUpdateFault";
      kind: UpdateFaultKind;
      count: number;
      seconds?: number;
      updateTypes?: string[];
    }
  | { type: "setApiFault"; kind: ApiFaultKind; count: number; method?: string; retryAfter?: number }
  | { type: "setWebhookDown"; down: boolean }
  | { type: "setFlood"; enabled: boolean }
  | { type: "clearFaults" }
  | { type: "resetWorld" };

export interface InlineResult {
  id: string;
  type: string;
  title?: string;
  description?: string;
}

export interface InvoiceClosed {
  checkoutId: string;
  slug: string;
  status: CheckoutStatus;
  error: string | null;
}

interface Shared {
  inlineMessageId: string;
}

/** Actions with their results. */
interface Answers {
  savePerson: [{ person: Person }, { person: Person }];
  pressButton: [{ personId: number; messageId: number; data: string }, { callbackId: string }];
  askByWidget: [{ personId: number; messageId: number; data: string }, { data: string }];
  inlineQuery: [
    { personId: number; query: string; offset?: string },
    { results: InlineResult[]; nextOffset: string },
  ];
  chooseInlineResult: [{ personId: number; query: string; resultId: string; to: string }, Shared];
  readPreparedMessage: [
    { personId: number; id: string },
    { id: string; text: string; allowed: string[]; expiresAt: string },
  ];
  sendPreparedMessage: [{ personId: number; id: string; to: string }, Shared];
  launch: [Omit<LaunchAction, "type">, { url: string; initData: string; queryId: string | null }];
  serveMiniApp: [{ url: string }, { port: number }];
  invokeCustomMethod: [
    { personId: number; method: string; params: unknown },
    { result: unknown; error: string | null },
  ];
  openInvoice: [{ personId: number; slug?: string; messageId?: number }, { sheet: InvoiceSheet }];
  payInvoice: [{ personId: number; slug: string; outcome: PayOutcome }, InvoiceClosed];
  settlePending: [{ checkoutId: string; paid: boolean }, InvoiceClosed];
  createGroup: [
    { personId: number; title: string; memberIds: number[]; kind?: string; forum?: boolean },
    { chatId: number },
  ];
  createTopic: [{ personId: number; chatId: number; name: string }, { threadId: number }];
  shareByButton: [{ personId: number; preparedId: string }, object];
  advanceClock: [{ days?: number; seconds?: number }, { now: string; renewals: number }];
}

/** The server refused; `reason` is Telegram's word for it, or a sentence. */
export class ActionRefused extends Error {
  constructor(readonly reason: string) {
    super(reason);
  }
}

/** Runs an action without a result. Throws `ActionRefused`. */
export async function act(action: PlainAction): Promise<void> {
  await post(action);
}

/** Runs an action with a result. Throws `ActionRefused`. */
export async function request<K extends keyof Answers>(
  type: K,
  fields: Answers[K][0],
): Promise<Answers[K][1]> {
  return (await post({ type, ...fields })) as Answers[K][1];
}

/** Actions of a person in the open group, else in the chat with the bot. */
const IN_CHAT = new Set(
  "sendText sendFile editText deleteMessages pressButton react vote sendLocation sendPoll sendAlbum sendSticker buyPaidMedia inlineQuery chooseInlineResult".split(
    " ",
  ),
);

/** Those that can start something in a topic. */
const IN_TOPIC = new Set(
  "sendText sendFile sendLocation sendPoll sendAlbum sendSticker inlineQuery chooseInlineResult".split(
    " ",
  ),
);

function placed(body: { type: string }): object {
  const group = myGroup.value;
  if (!group) return body;
  if (body.type === "forward") return { ...body, fromChatId: group.id };
  if (body.type === "pressButton") return pressIn(group.id, body);
  if (!IN_CHAT.has(body.type)) return body;
  const threadId = group.chat.is_forum ? chosenTopic.value : GENERAL;
  const topic = threadId !== GENERAL && IN_TOPIC.has(body.type) ? { threadId } : {};
  return { ...body, chatId: group.id, ...topic };
}

/** Ephemeral messages have ids of their own, which are negative here. */
function pressIn(chatId: number, body: { type: string; messageId?: number }): object {
  const messageId = body.messageId ?? 0;
  return messageId < 0
    ? { ...body, chatId, messageId: -messageId, ephemeral: true }
    : { ...body, chatId };
}

async function post(body: { type: string }): Promise<unknown> {
  const response = await send(placed(body));
  const answer: unknown = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  throw new ActionRefused(reasonOf(answer) ?? `${response.status} ${response.statusText}`.trim());
}

async function send(body: object): Promise<Response> {
  try {
    return await fetch("emulator/actions", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  } catch {
    throw new ActionRefused("NETWORK");
  }
}

function reasonOf(problem: unknown): string | null {
  const { reason, detail, title } = problem as Record<string, unknown>;
  const text = [reason, detail, title].find((one) => typeof one === "string" && one);
  return (text as string | undefined) ?? null;
}
