// Files for the next question: uploading, uploaded, or refused.
import { computed, signal } from "@preact/signals";
import type { Card, Failure } from "./model.ts";

export interface Upload {
  readonly key: string;
  readonly file: File;
  /** The file as the server describes it, once it has it. */
  readonly card?: Card;
  readonly failure?: Failure;
  /** Cancels the upload. */
  readonly stop: AbortController;
}

export const uploads = signal<readonly Upload[]>([]);
/** Each upload's progress, from 0 to 1, by its key. */
export const progress = signal<Readonly<Record<string, number>>>({});

export const uploading = computed(() =>
  uploads.value.some(({ card, failure }) => !card && !failure),
);

export function changeUpload(key: string, change: Partial<Upload>): void {
  uploads.value = uploads.value.map((one) => (one.key === key ? { ...one, ...change } : one));
}
