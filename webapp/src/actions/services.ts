// The services that actions use; set once when the app starts, and by tests.
import type { Api } from "../api/index.ts";
import type { Drafts } from "../state/drafts.ts";
import type { Store } from "../state/storage.ts";

export interface Services {
  readonly api: Api;
  readonly store: Store;
  readonly drafts: Drafts;
  /** Whose device this is, for what is stored on it. */
  readonly owner: string;
  /** The person's language according to Telegram, as Telegram's own tag. */
  readonly telegramLanguage: string;
  readonly newId: () => string;
  readonly now: () => Date;
}

let current: Services | undefined;

export function setServices(given: Services): void {
  current = given;
}

export function services(): Services {
  if (!current) throw new Error("setServices comes first");
  return current;
}
