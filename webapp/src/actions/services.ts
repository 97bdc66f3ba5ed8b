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
  /** The bot may write to the person, as far as the launch told. */
  readonly botMayWrite: boolean;
  /** What Telegram says the person reads, as a tag of its own. */
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
