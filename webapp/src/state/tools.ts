// What actions work with; set once when the app starts, and by tests.
import type { Api } from "../api/index.ts";
import type { Drafts } from "./drafts.ts";
import type { Store } from "./storage.ts";

export interface Tools {
  readonly api: Api;
  readonly store: Store;
  readonly drafts: Drafts;
  /** Whose device this is, for what is stored on it. */
  readonly owner: string;
  readonly newId: () => string;
  readonly now: () => Date;
}

let current: Tools | undefined;

export function useTools(tools: Tools): void {
  current = tools;
}

export function tools(): Tools {
  if (!current) throw new Error("useTools comes first");
  return current;
}
