// Files for the next question: chosen, on their way to the server, there, or refused.
import { computed, signal } from "@preact/signals";
import { attempt } from "./failure.ts";
import type { Card, Failure } from "./model.ts";
import { tools } from "./tools.ts";

export interface Picked {
  readonly key: string;
  readonly name: string;
  readonly card?: Card;
  readonly failure?: Failure;
  /** Ends its way to the server. */
  readonly stop: AbortController;
}

export const picked = signal<readonly Picked[]>([]);
export const uploading = computed(() => picked.value.some(({ card, failure }) => !card && !failure));

/** Those that the server has, as it describes them. */
export const readyFiles = (): Card[] =>
  picked.value.flatMap(({ card }) => (card ? [card] : []));

/** Sends files to the server; each stands below the question while it is on its way. */
export function addFiles(files: ArrayLike<File>): void {
  for (const file of Array.from(files)) void upload(file);
}

async function upload(file: File): Promise<void> {
  const { api, newId } = tools();
  const key = newId();
  const stop = new AbortController();
  picked.value = [...picked.value, { key, name: file.name, stop }];
  const card = await attempt(
    () => api.uploadFile(file, file.name, stop.signal),
    (failure) => change(key, { failure }),
  );
  if (card) change(key, { card });
}

function change(key: string, news: Partial<Picked>): void {
  picked.value = picked.value.map((one) => (one.key === key ? { ...one, ...news } : one));
}

/** Takes a file away again, at the server too. */
export function dropFile(key: string): void {
  const gone = picked.value.find((one) => one.key === key);
  picked.value = picked.value.filter((one) => one.key !== key);
  gone?.stop.abort();
  const { card } = gone ?? {};
  if (card) void attempt(() => tools().api.deleteFile(card.id), () => undefined);
}

/** They belong to a question now. */
export function sentFiles(): void {
  picked.value = [];
}
