// The open conversation, restored after a reload. A new launch starts with a new chat.
import { readJson, type Store } from "./storage.ts";

const KEY = "tanya.place";

interface Place {
  readonly launch: string;
  readonly conversationId: string;
}

/** The conversation that was open when this launch's page was left. */
export function readPlace(store: Store, launch: string): string | null {
  const place = readJson<Partial<Place>>(store, KEY, {});
  return place.launch === launch ? (place.conversationId ?? null) : null;
}

/** Stores the open conversation; null is a new chat, where every page begins. */
export function writePlace(store: Store, launch: string, conversationId: string | null): void {
  store.write(KEY, conversationId && JSON.stringify({ launch, conversationId }));
}
