// The stack of screens over the chat. Telegram's back button takes the top one away.
import { computed, signal } from "@preact/signals";

export type Screen =
  | { name: "drawer" }
  | { name: "settings" }
  | { name: "plans"; reason?: string }
  | { name: "subscription" }
  | { name: "usage" }
  | { name: "consents" }
  /** Picking a model: for what comes next, for asking again, or as the default. */
  | { name: "models"; use: "next" | "default" }
  | { name: "models"; use: "again"; messageId: string }
  /** What to make of a text. */
  | { name: "tasks"; text: string }
  /** Whether words may go to a provider; `requestId` waits for the answer. */
  | { name: "consent"; provider: string; requestId: string }
  /** What to add to a question. */
  | { name: "attach" };

export type ScreenName = Screen["name"];

export const stack = signal<readonly Screen[]>([]);
export const top = computed<Screen | null>(() => stack.value.at(-1) ?? null);

const PAGES: readonly ScreenName[] = ["settings", "plans", "subscription", "usage", "consents"];

/** The screen that takes the chat's place; sheets and the drawer lie over it. */
export const page = computed<Screen | null>(
  () => stack.value.filter((screen) => PAGES.includes(screen.name)).at(-1) ?? null,
);

/** The screen of that name, if it is open. */
export function opened<N extends ScreenName>(name: N): Extract<Screen, { name: N }> | null {
  const found = stack.value.find((screen) => screen.name === name);
  return (found as Extract<Screen, { name: N }> | undefined) ?? null;
}

/** Opens a screen; one that is open already is come back to, and a page puts the drawer away. */
export function open(screen: Screen): void {
  const at = stack.value.findIndex((other) => other.name === screen.name);
  const below = at < 0 ? stack.value : stack.value.slice(0, at);
  const isPage = PAGES.includes(screen.name);
  stack.value = [...below.filter((other) => !isPage || other.name !== "drawer"), screen];
}

export function back(): void {
  stack.value = stack.value.slice(0, -1);
}

/** Takes away the screen of that name and all above it. */
export function close(name: ScreenName): void {
  const at = stack.value.findIndex((screen) => screen.name === name);
  if (at >= 0) stack.value = stack.value.slice(0, at);
}

/** Back to the chat. */
export function home(): void {
  if (stack.value.length) stack.value = [];
}
