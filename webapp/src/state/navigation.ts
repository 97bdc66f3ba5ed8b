// The stack of screens over the chat. Telegram's back button closes the top one.
import { computed, signal } from "@preact/signals";
import { LINKED_PAGES } from "./deep-link.ts";

export type ConsolePart =
  | "person"
  | "requests"
  | "moderation"
  | "broadcasts"
  | "figures"
  | "statements"
  | "switches"
  | "system";

export type Screen =
  | { name: "drawer" }
  | { name: "settings" }
  | { name: "plans"; reason?: string }
  | { name: "subscription" }
  | { name: "payments" }
  /** A gift that was opened by a link. */
  | { name: "gift"; code: string }
  | { name: "personas" }
  | { name: "language" }
  | { name: "instructions" }
  | { name: "notices" }
  /** Scheduled questions. */
  | { name: "schedules" }
  /** Customers' messages to a connected account. */
  | { name: "business" }
  | { name: "usage" }
  | { name: "consents" }
  /** The person's data and sessions. */
  | { name: "data" }
  /** The access log. */
  | { name: "accesses" }
  /** The operators' console, and its pages. */
  | { name: "console" | `console.${ConsolePart}` }
  /** Picking a model: for the next question, for regenerating, or as the default. */
  | { name: "models"; use: "next" | "default" }
  | { name: "models"; use: "again" | "beside"; messageId: string }
  /** The answers to a question, side by side. */
  | { name: "compare"; questionId: string }
  /** Tasks for a text. */
  | { name: "tasks"; text: string }
  /** Asks for consent to a provider; the request `requestId` waits for the decision. */
  | { name: "consent"; provider: string; requestId: string }
  /** An answer's receipts. */
  | { name: "receipts"; messageId: string }
  /** Checking the claims of a message or a text. */
  | { name: "check"; of: { messageId: string } | { text: string } }
  /** Sharing a chat, or the part of it from `firstId` on. */
  | { name: "share"; conversationId: string; lastId: string; firstId?: string }
  /** Feedback on an answer, and reporting it. */
  | { name: "feedback"; messageId: string }
  /** An appeal; `asked` is a text refused for checking, which the server has not stored. */
  | { name: "appeal"; refusalId: string; asked?: string }
  /** What to add to a question. */
  | { name: "attach" }
  /** A picture, table or formula by itself. */
  | { name: "viewer"; shown: Node };

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

const isPage = ({ name }: Screen): boolean => PAGES.includes(name.split(".")[0] as ScreenName);

/** The screen that replaces the chat; sheets and the drawer cover it. */
export const currentPage = computed<Screen | null>(
  () => screenStack.value.filter(isPage).at(-1) ?? null,
);

/** The screen of that name, if it is open. */
export function openedScreen<N extends ScreenName>(name: N): Extract<Screen, { name: N }> | null {
  const found = screenStack.value.find((screen) => screen.name === name);
  return (found as Extract<Screen, { name: N }> | undefined) ?? null;
}

/** Whether the list of conversations lies over the chat. */
export const listIsOpen = computed(() => openedScreen("drawer") !== null);

/** Opens a screen, or returns to it if it is already open. A page closes the drawer. */
export function openScreen(screen: Screen): void {
  const at = screenStack.value.findIndex((other) => other.name === screen.name);
  const below = at < 0 ? screenStack.value : screenStack.value.slice(0, at);
  screenStack.value = [
    ...below.filter((other) => !isPage(screen) || other.name !== "drawer"),
    screen,
  ];
}

export function closeTopScreen(): void {
  screenStack.value = screenStack.value.slice(0, -1);
}

/** Closes the screen of that name and all above it. */
export function closeScreen(name: ScreenName): void {
  const at = screenStack.value.findIndex((screen) => screen.name === name);
  if (at >= 0) screenStack.value = screenStack.value.slice(0, at);
}

/** Closes all screens. */
export function closeAllScreens(): void {
  if (screenStack.value.length) screenStack.value = [];
}
