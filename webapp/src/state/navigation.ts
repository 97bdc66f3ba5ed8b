// The stack of screens over the chat. Telegram's back button takes the top one away.
import { computed, signal } from "@preact/signals";
import { LINKED_PAGES } from "./deep-link.ts";

export type Screen =
  | { name: "drawer" }
  | { name: "settings" }
  | { name: "plans"; reason?: string }
  | { name: "subscription" }
  | { name: "payments" }
  /** A gift's link was opened. */
  | { name: "gift"; code: string }
  | { name: "personas" }
  | { name: "language" }
  | { name: "instructions" }
  | { name: "notices" }
  /** Questions that are asked at set times. */
  | { name: "schedules" }
  /** Customers' messages to a connected account. */
  | { name: "business" }
  | { name: "usage" }
  | { name: "consents" }
  /** One's own data, and where one is signed in. */
  | { name: "data" }
  /** Who opened one's data. */
  | { name: "accesses" }
  /** What operators do. */
  | { name: "console" }
  /** Picking a model: for what comes next, for asking again, or as the default. */
  | { name: "models"; use: "next" | "default" }
  | { name: "models"; use: "again" | "beside"; messageId: string }
  /** The answers to a question, beside each other. */
  | { name: "compare"; questionId: string }
  /** What to make of a text. */
  | { name: "tasks"; text: string }
  /** Whether words may go to a provider; `requestId` waits for the answer. */
  | { name: "consent"; provider: string; requestId: string }
  /** What was sent for an answer. */
  | { name: "receipts"; messageId: string }
  /** The claims of a message or a text, held against sources. */
  | { name: "check"; of: { messageId: string } | { text: string } }
  /** Sharing a chat, or the part of it from `firstId` on. */
  | { name: "share"; conversationId: string; lastId: string; firstId?: string }
  /** What an answer is worth, and reporting it. */
  | { name: "feedback"; messageId: string }
  /** Objecting to a refusal; `asked` is the text that was to be checked, which the server has not. */
  | { name: "appeal"; refusalId: string; asked?: string }
  /** What to add to a question. */
  | { name: "attach" };

export type ScreenName = Screen["name"];

export const screenStack = signal<readonly Screen[]>([]);
export const topScreen = computed<Screen | null>(() => screenStack.value.at(-1) ?? null);

const PAGES: readonly ScreenName[] = [
  ...LINKED_PAGES,
  "settings",
  "plans",
  "gift",
  "data",
  "accesses",
  "console",
  "compare",
];

/** The screen that takes the chat's place; sheets and the drawer lie over it. */
export const currentPage = computed<Screen | null>(
  () => screenStack.value.filter((screen) => PAGES.includes(screen.name)).at(-1) ?? null,
);

/** The screen of that name, if it is open. */
export function openedScreen<N extends ScreenName>(name: N): Extract<Screen, { name: N }> | null {
  const found = screenStack.value.find((screen) => screen.name === name);
  return (found as Extract<Screen, { name: N }> | undefined) ?? null;
}

/** Opens a screen; one that is open already is come back to, and a page puts the drawer away. */
export function openScreen(screen: Screen): void {
  const at = screenStack.value.findIndex((other) => other.name === screen.name);
  const below = at < 0 ? screenStack.value : screenStack.value.slice(0, at);
  const isPage = PAGES.includes(screen.name);
  screenStack.value = [...below.filter((other) => !isPage || other.name !== "drawer"), screen];
}

export function closeTopScreen(): void {
  screenStack.value = screenStack.value.slice(0, -1);
}

/** Takes away the screen of that name and all above it. */
export function closeScreen(name: ScreenName): void {
  const at = screenStack.value.findIndex((screen) => screen.name === name);
  if (at >= 0) screenStack.value = screenStack.value.slice(0, at);
}

/** Back to the chat. */
export function closeAllScreens(): void {
  if (screenStack.value.length) screenStack.value = [];
}
