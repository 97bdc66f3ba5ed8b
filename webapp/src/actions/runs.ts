// Follows runs: from the request that starts one, or from the last event that this device received.
import { haptic } from "../bridge/index.ts";
import { t } from "../i18n/index.ts";
import type { AppEvent } from "../state/events.ts";
import { failureOf } from "../state/failure.ts";
import type { Failure, Run } from "../state/model.ts";
import { placeholdersOf, putBack } from "../state/placeholders.ts";
import { PREVIEW_LENGTH } from "../state/preview.ts";
import { announcement, dispatch, state } from "../state/store.ts";
import type { EndEvent, Numbered, StartEvent } from "../stream/events.ts";
import { readRun } from "../stream/reader.ts";
import { loadMe, refreshAfterEnd } from "./account.ts";
import { loadThread } from "./conversations.ts";
import { services } from "./services.ts";

export type Opening = (signal: AbortSignal) => Promise<Response>;

const requests = new Map<string, AbortController>();
const following = new Set<string>();

export interface RunRequest {
  readonly conversationId: string;
  readonly requestId: string;
  readonly open: Opening;
  /** The server knows the request now. */
  readonly onStart?: () => void;
  readonly onFailure?: (failure: Failure) => void;
}

/** Requests an answer and applies its events until it ends. */
export async function requestRun({
  conversationId,
  requestId,
  open,
  ...on
}: RunRequest): Promise<void> {
  const controller = new AbortController();
  requests.set(requestId, controller);
  let runId = "";
  const onEvents = (batch: readonly Numbered[]): void => {
    for (const { event } of batch) {
      if (event.type !== "start" || runId) continue;
      runId = event.runId;
      following.add(runId);
      requests.delete(requestId);
      on.onStart?.();
    }
    receive(runId, batch, requestId);
  };
  try {
    const end = await readRun({
      open,
      resume: services().api.runEvents,
      onEvents,
      onConnection: (connection) => {
        if (connection === "waiting" && !runId) {
          dispatch({ type: "request.queued", conversationId, requestId });
        }
      },
      signal: controller.signal,
    });
    announceEnd(runId, end);
  } catch (thrown) {
    const failure = failureOf(thrown);
    if (!failure) return;
    if (runId) return reportLost(runId, thrown);
    dispatch({ type: "request.failed", conversationId, requestId, failure });
    on.onFailure?.(failure);
    // A question about consent follows, which is no error.
    if (!failure.provider) haptic("error");
    // A refusal may concern the quota, so it is reloaded.
    void loadMe();
  } finally {
    requests.delete(requestId);
    following.delete(runId);
  }
}

/** Follows a run that continues on the server, unless it is being followed already. */
export async function followRun(runId: string): Promise<void> {
  if (following.has(runId)) return;
  following.add(runId);
  const after = state.value.runs[runId]?.lastSeq ?? 0;
  try {
    const end = await readRun({
      from: { runId, after },
      resume: services().api.runEvents,
      onEvents: (batch) => receive(runId, batch),
      signal: new AbortController().signal,
    });
    announceEnd(runId, end);
  } catch (thrown) {
    reportLost(runId, thrown);
  } finally {
    following.delete(runId);
  }
}

/** Cancels a request that the server has not confirmed; false if it has. */
export function abandonRequest(requestId: string): boolean {
  const controller = requests.get(requestId);
  controller?.abort();
  requests.delete(requestId);
  return controller !== undefined;
}

function receive(runId: string, batch: readonly Numbered[], requestId?: string): void {
  const at = services().now().getTime();
  dispatch(
    ...batch.map(({ seq, event }): AppEvent => {
      const told = { type: "run" as const, runId, seq, event, at };
      return requestId ? { ...told, requestId } : told;
    }),
  );
  for (const { event } of batch) {
    if (event.type === "start" && goesAfterUnknown(event)) void loadThread(event.conversationId);
  }
}

/** Whether the question follows a turn that another device, or the bot, has made meanwhile. */
function goesAfterUnknown({ conversationId, userMessage }: StartEvent): boolean {
  const parentId = userMessage?.parentId;
  return !!parentId && !(parentId in (state.value.threads[conversationId]?.messages ?? {}));
}

/** Whether this device receives the run's events by the run's own stream. */
export const isFollowed = (runId: string): boolean => following.has(runId);

function announceEnd(runId: string, end: EndEvent): void {
  const run = state.value.runs[runId];
  if (end.state === "complete") {
    haptic("success");
    announcement.value = t("app.answer.finished");
  } else if (end.state === "stopped") {
    announcement.value = t("app.answer.stopped");
  } else {
    haptic("warning");
    announcement.value = end.errorTitle ?? t(`app.answer.${end.state}`);
  }
  if (run) refreshAfterEnd(run.conversationId, end, beginning(run));
}

/** The beginning of an answer as the person sees it. */
const beginning = ({ conversationId, text }: Run): string =>
  putBack(
    text.slice(0, 2 * PREVIEW_LENGTH),
    placeholdersOf(state.value.threads[conversationId]),
  ).slice(0, PREVIEW_LENGTH);

function reportLost(runId: string, thrown: unknown): void {
  const failure = failureOf(thrown);
  const run = state.value.runs[runId] ?? placeOf(runId);
  if (!failure || !run) return;
  const { conversationId, messageId } = run;
  dispatch({ type: "run.lost", conversationId, messageId, failure });
}

/** The place of a run of which no event has arrived here. */
function placeOf(runId: string): { conversationId: string; messageId: string } | undefined {
  for (const [conversationId, thread] of Object.entries(state.value.threads)) {
    const found = Object.values(thread.messages).find((message) => message.runId === runId);
    if (found) return { conversationId, messageId: found.id };
  }
  return undefined;
}
