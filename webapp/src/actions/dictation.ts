// Dictation: records, has the recording transcribed, and puts the text into the composer, where it
// can be edited before it is sent. The recording is in memory only, until it is transcribed.
import { transcribe } from "../api/speech.ts";
import { haptic } from "../bridge/index.ts";
import { t } from "../i18n/index.ts";
import { isTemporary } from "../state/chat-mode.ts";
import { dictation } from "../state/dictation.ts";
import { failureOf } from "../state/failure.ts";
import type { Failure } from "../state/model.ts";
import { openScreen } from "../state/navigation.ts";
import { announcement, currentId, isServerOnly } from "../state/store.ts";
import { services } from "./services.ts";

/** The longest recording. */
export const MOST_SECONDS = 120;
/** Speech needs no more; two minutes are 360 kB. */
const BITS_A_SECOND = 24_000;
/** The first that the browser can write is taken; the server reads them all. */
const FORMATS = ["audio/ogg;codecs=opus", "audio/webm;codecs=opus", "audio/mp4"];

/** Where the text goes: reads and replaces what is written there. */
export interface Page {
  read(): string;
  write(text: string): void;
}

interface Take {
  readonly recorder: MediaRecorder;
  readonly parts: Blob[];
  readonly limit: ReturnType<typeof setTimeout>;
}

let page: Page | undefined;
let take: Take | undefined;
let waiting: { readonly sound: Blob; readonly conversationId: string | null } | undefined;
let stop = new AbortController();

/** Sets where the text goes; called by the composer. */
export function dictateInto(composer: Page): void {
  page = composer;
}

const isOpening = (): boolean => dictation.value.phase === "opening";

/** Asks for the microphone and records, until `finishDictation`, the limit, or the app is left. */
export async function startDictation(): Promise<void> {
  cancelDictation();
  dictation.value = { phase: "opening" };
  const asked = stop;
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    if (asked !== stop || !isOpening()) return close(stream);
    record(stream);
  } catch (thrown) {
    if (asked === stop) fail(microphoneFailure(thrown));
  }
}

function record(stream: MediaStream): void {
  const mimeType = FORMATS.find((one) => MediaRecorder.isTypeSupported(one)) ?? "";
  const recorder = new MediaRecorder(stream, { mimeType, audioBitsPerSecond: BITS_A_SECOND });
  const parts: Blob[] = [];
  recorder.addEventListener("dataavailable", ({ data }) => parts.push(data));
  recorder.addEventListener("stop", () => close(stream));
  // A microphone that is unplugged, or taken by a call.
  recorder.addEventListener("error", () => finishDictation());
  const limit = setTimeout(finishDictation, MOST_SECONDS * 1_000);
  take = { recorder, parts, limit };
  recorder.start();
  document.addEventListener("visibilitychange", leave);
  dictation.value = { phase: "recording", from: performance.now() };
  announcement.value = t("app.dictate.recording");
  haptic("light");
}

/** Recording stops when the app is left. */
const leave = (): void => {
  if (document.hidden) finishDictation();
};

const close = (stream: MediaStream): void => {
  for (const track of stream.getTracks()) track.stop();
};

/** Ends the recording and has it transcribed. */
export function finishDictation(): void {
  const done = take;
  if (!done) return;
  const conversationId = currentId.value;
  end();
  done.recorder.addEventListener("stop", () => {
    const [type] = done.recorder.mimeType.split(";");
    waiting = { sound: new Blob(done.parts, { type: type ?? "" }), conversationId };
    void retryDictation();
  });
  dictation.value = { phase: "hearing" };
  if (done.recorder.state !== "inactive") done.recorder.stop();
}

/** Discards the recording. */
export function cancelDictation(): void {
  const done = take;
  end();
  stop.abort();
  stop = new AbortController();
  waiting = undefined;
  if (done && done.recorder.state !== "inactive") done.recorder.stop();
  dictation.value = { phase: "idle" };
}

function end(): void {
  if (take) clearTimeout(take.limit);
  take = undefined;
  document.removeEventListener("visibilitychange", leave);
}

/** Has the recording transcribed; also the retry after a failure. */
export async function retryDictation(): Promise<void> {
  if (!waiting) return;
  const { sound, conversationId } = waiting;
  const asked = stop;
  dictation.value = { phase: "hearing" };
  const said = { conversationId, serverOnly: isServerOnly.value };
  try {
    const { text } = await transcribe(services().api, sound, said, asked.signal);
    if (asked !== stop) return;
    waiting = undefined;
    dictation.value = { phase: "idle" };
    write(text, conversationId);
    haptic("success");
  } catch (thrown) {
    if (asked === stop) fail(failureOf(thrown));
  }
}

/** Appends the text to what is already written in its conversation. */
function write(text: string, conversationId: string | null): void {
  const joined = (before: string): string => [before.trimEnd(), text].filter(Boolean).join(" ");
  if (page && currentId.value === conversationId) return page.write(joined(page.read()));
  const { drafts } = services();
  // Temporary chats have no drafts, so an id without a draft gets none here.
  if (!isTemporary.value) drafts.write(conversationId, joined(drafts.read(conversationId)));
}

function fail(failure: Failure | null): void {
  if (!failure) return cancelDictation();
  haptic("error");
  const canRetry = waiting !== undefined && (failure.temporary ?? false);
  dictation.value = { phase: "failed", failure, canRetry: canRetry || Boolean(failure.provider) };
  announcement.value = `${failure.title}. ${failure.detail}`;
  const { provider } = failure;
  if (provider) openScreen({ name: "consent", provider, requestId: "" });
}

function microphoneFailure(thrown: unknown): Failure {
  const denied = (thrown as { name?: string } | null)?.name === "NotAllowedError";
  const key = denied ? "app.dictate.denied" : "app.dictate.broken";
  return { code: key, title: t(`${key}.title`), detail: t(`${key}.detail`) };
}
