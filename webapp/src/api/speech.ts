// The endpoint that turns speech into text.
import type { Api } from "./index.ts";
import type { Speech } from "./types.ts";

/** Transcription takes about as long as the recording. */
const TIMEOUT = 190_000;

export interface SaidIn {
  readonly conversationId: string | null;
  readonly serverOnly: boolean;
}

/** What was said in a conversation, or at the beginning of a new one. */
export function transcribe(
  { json }: Pick<Api, "json">,
  sound: Blob,
  { conversationId, serverOnly }: SaidIn,
  signal: AbortSignal,
): Promise<Speech> {
  const form = new FormData();
  form.append("file", sound, "speech");
  const query = { conversationId, serverOnly: serverOnly ? "true" : undefined };
  return json<Speech>("/api/speech", { method: "POST", query, form, signal, timeout: TIMEOUT });
}
