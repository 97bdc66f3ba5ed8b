// Unsent text: one draft per conversation and person, since several people may use one device. The
// oldest drafts are dropped so that storage stays small.
import { readJson, type Store } from "./storage.ts";

/** The draft of the chat that has no conversation yet. */
export const NEW_CHAT = "new";
const KEPT = 50;

type Saved = Record<string, string>;

export class Drafts {
  private texts: Saved;

  constructor(
    private readonly store: Store,
    private readonly owner: string,
  ) {
    this.texts = readJson<Saved>(store, this.key, {});
  }

  private get key(): string {
    return `tanya.drafts.${this.owner}`;
  }

  read(conversationId: string | null): string {
    return this.texts[conversationId ?? NEW_CHAT] ?? "";
  }

  clear(): void {
    this.texts = {};
    this.store.write(this.key, null);
  }

  /** Blank text deletes the draft. */
  write(conversationId: string | null, text: string): void {
    const id = conversationId ?? NEW_CHAT;
    const { [id]: _, ...others } = this.texts;
    const entries = Object.entries(others).slice(-(KEPT - 1));
    this.texts = Object.fromEntries(text.trim() ? [...entries, [id, text]] : entries);
    const empty = Object.keys(this.texts).length === 0;
    this.store.write(this.key, empty ? null : JSON.stringify(this.texts));
  }
}
