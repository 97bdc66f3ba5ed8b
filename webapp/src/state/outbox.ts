// Questions that the server has not confirmed, stored so that closing the app loses none. Resending
// one is safe: its id is the idempotency key.
import type { SendMessage } from "../api/index.ts";
import type { ShownFile } from "./model.ts";
import { readJson, type Store } from "./storage.ts";

export interface Outgoing {
  readonly conversationId: string;
  readonly body: SendMessage;
  /** The files that `body` names, for display. */
  readonly files?: readonly ShownFile[];
}

const KEY = "tanya.outbox";
const keyOf = (owner: string): string => `${KEY}.${owner}`;

export const readOutbox = (store: Store, owner: string): Outgoing[] =>
  readJson<Outgoing[]>(store, keyOf(owner), []);

export function addToOutbox(store: Store, owner: string, item: Outgoing): void {
  write(store, owner, [...without(store, owner, item.body.id), item]);
}

export function removeFromOutbox(store: Store, owner: string, id: string): void {
  write(store, owner, without(store, owner, id));
}

export const clearOutbox = (store: Store, owner: string): void => write(store, owner, []);

const without = (store: Store, owner: string, id: string): Outgoing[] =>
  readOutbox(store, owner).filter((item) => item.body.id !== id);

function write(store: Store, owner: string, items: Outgoing[]): void {
  store.write(keyOf(owner), items.length ? JSON.stringify(items) : null);
}
