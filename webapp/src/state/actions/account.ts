// Who is here: session, quota, models, settings.
import type { EndEvent, Settings } from "../../api/index.ts";
import { attempt, failureOf } from "../failure.ts";
import { dispatch, state } from "../store.ts";
import { tools } from "../tools.ts";
import { notice } from "./notice.ts";

/** Opens the session and loads what the first screen shows. What may pass by itself (no network,
 *  a server that is busy or restarting) is tried again until it has; a refusal stands. */
export async function openSession(): Promise<void> {
  for (let wait = 1_000; ; wait = Math.min(2 * wait, 15_000)) {
    try {
      const { user } = await tools().api.openSession();
      dispatch({ type: "session.ready", user });
      void loadMe();
      void loadModels();
      return;
    } catch (thrown) {
      const failure = failureOf(thrown);
      if (!failure) return;
      if (!failure.temporary) return dispatch({ type: "session.failed", failure });
      notice(failure);
      await pause(Math.max(wait, (failure.retryAfter ?? 0) * 1_000));
    }
  }
}

export async function loadMe(): Promise<void> {
  const me = await attempt(() => tools().api.me(), () => undefined);
  if (me) dispatch({ type: "me.loaded", me });
}

export async function loadModels(): Promise<void> {
  const models = await attempt(() => tools().api.models(), () => undefined);
  if (models) {
    const { items, defaultId, images } = models;
    dispatch({ type: "models.loaded", models: items, defaultId, images });
  }
}

/** Saves at once on screen, and takes it back if the server refuses. */
export async function saveSettings(change: Partial<Settings>): Promise<boolean> {
  const before = state.value.me;
  if (!before) return false;
  dispatch({ type: "me.loaded", me: { ...before, settings: { ...before.settings, ...change } } });
  const me = await attempt(() => tools().api.saveSettings(change), (failure) => {
    dispatch({ type: "me.loaded", me: before });
    notice(failure);
  });
  if (me) dispatch({ type: "me.loaded", me });
  return me !== undefined;
}

// Titles are made after the first turn, a little after the answer.
const TITLE_TRIES = [400, 2_500, 8_000];

/** After an answer: what is left of the quota, and the title that the first turn brought. */
export function refreshAfterEnd(conversationId: string, end: EndEvent): void {
  const at = tools().now().toISOString();
  dispatch({ type: "conversation.changed", id: conversationId, change: { updatedAt: at } });
  if (end.remaining === undefined) void loadMe();
  if (!state.value.conversations[conversationId]?.title) void awaitTitle(conversationId);
}

async function awaitTitle(id: string): Promise<void> {
  for (const wait of TITLE_TRIES) {
    await pause(wait);
    const found = await attempt(() => tools().api.conversation(id), () => undefined);
    if (found) dispatch({ type: "conversation.changed", id, change: found });
    if (found?.title) return;
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
