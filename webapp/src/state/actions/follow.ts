// Follows runs: from the request that begins one, or from where this device left off.
import { haptic } from "../../bridge/index.ts";
import { t } from "../../i18n.ts";
import { readRun } from "../../stream/reader.ts";
import type { EndEvent, Numbered } from "../../stream/events.ts";
import type { AppEvent } from "../events.ts";
import { failureOf } from "../failure.ts";
import type { Failure } from "../model.ts";
import { announcement, dispatch, state } from "../store.ts";
import { tools } from "../tools.ts";
import { loadMe, refreshAfterEnd } from "./account.ts";

export type Opening = (signal: AbortSignal) => Promise<Response>;

const asking = new Map<string, AbortController>();
const following = new Set<string>();

export interface Asking {
  readonly conversationId: string;
  readonly requestId: string;
  readonly open: Opening;
  /** The server knows the request now. */
  readonly onStart?: () => void;
  readonly onFailure?: (failure: Failure) => void;
}

/** Asks for an answer and takes its events in until it ends. */
export async function ask({ conversationId, requestId, open, ...on }: Asking): Promise<void> {
  const controller = new AbortController();
  asking.set(requestId, controller);
  let runId = "";
  const onEvents = (batch: readonly Numbered[]): void => {
    for (const { event } of batch) {
      if (event.type !== "start" || runId) continue;
      runId = event.runId;
      following.add(runId);
      asking.delete(requestId);
      on.onStart?.();
    }
    take(runId, batch, requestId);
  };
  try {
    const end = await readRun({
      open,
      resume: tools().api.runEvents,
      onEvents,
      onConnection: (connection) => {
        if (connection === "waiting" && !runId) {
          dispatch({ type: "request.queued", conversationId, requestId });
        }
      },
      signal: controller.signal,
    });
    ended(runId, end);
  } catch (thrown) {
    const failure = failureOf(thrown);
    if (!failure) return;
    if (runId) return lost(runId, thrown);
    dispatch({ type: "request.failed", conversationId, requestId, failure });
    on.onFailure?.(failure);
    haptic("error");
    // What was refused may be a matter of what is left.
    void loadMe();
  } finally {
    asking.delete(requestId);
    following.delete(runId);
  }
}

/** Joins a run that goes on at the server; nothing if it is being followed already. */
export async function follow(runId: string): Promise<void> {
  if (following.has(runId)) return;
  following.add(runId);
  const after = state.value.runs[runId]?.lastSeq ?? 0;
  try {
    const end = await readRun({
      from: { runId, after },
      resume: tools().api.runEvents,
      onEvents: (batch) => take(runId, batch),
      signal: new AbortController().signal,
    });
    ended(runId, end);
  } catch (thrown) {
    lost(runId, thrown);
  } finally {
    following.delete(runId);
  }
}

/** Gives up a request that the server has not confirmed; false if it has. */
export function giveUp(requestId: string): boolean {
  const controller = asking.get(requestId);
  controller?.abort();
  asking.delete(requestId);
  return controller !== undefined;
}

function take(runId: string, batch: readonly Numbered[], requestId?: string): void {
  dispatch(
    ...batch.map(({ seq, event }): AppEvent => {
      const told = { type: "run" as const, runId, seq, event };
      return requestId ? { ...told, requestId } : told;
    }),
  );
}

function ended(runId: string, end: EndEvent): void {
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
  if (run) refreshAfterEnd(run.conversationId, end);
}

function lost(runId: string, thrown: unknown): void {
  const failure = failureOf(thrown);
  const run = state.value.runs[runId] ?? stored(runId);
  if (!failure || !run) return;
  const { conversationId, messageId } = run;
  dispatch({ type: "run.lost", conversationId, messageId, failure });
}

/** Where a run belongs that never told anything here. */
function stored(runId: string): { conversationId: string; messageId: string } | undefined {
  for (const [conversationId, thread] of Object.entries(state.value.threads)) {
    const found = Object.values(thread.messages).find((message) => message.runId === runId);
    if (found) return { conversationId, messageId: found.id };
  }
  return undefined;
}
