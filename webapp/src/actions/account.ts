// Session, quota and models.

import { attempt, failureOf } from "../state/failure.ts";
import { dispatch, state } from "../state/store.ts";
import type { EndEvent } from "../stream/events.ts";
import { services } from "./services.ts";

/**
 * Opens the session and loads what the first screen shows. Transient failures (no network, a busy
 * or restarting server) are retried; a refusal is final.
 */
export async function openSession(): Promise<void> {
  for (let wait = 1_000; ; wait = Math.min(2 * wait, 15_000)) {
    try {
      const { user, deviceEpoch } = await services().api.openSession();
      dispatch({ type: "session.ready", user, deviceEpoch });
      void loadMe();
      void loadModels();
      return;
    } catch (thrown) {
      const failure = failureOf(thrown);
      if (!failure) return;
      if (!failure.temporary) return dispatch({ type: "session.failed", failure });
      dispatch({ type: "server.delayed", failure });
      await pause(Math.max(wait, (failure.retryAfter ?? 0) * 1_000));
    }
  }
}

export async function loadMe(): Promise<void> {
  const me = await attempt(
    () => services().api.me(),
    () => undefined,
  );
  if (me) dispatch({ type: "me.loaded", me });
}

export async function loadModels(): Promise<void> {
  const models = await attempt(
    () => services().api.models(),
    () => undefined,
  );
  if (models) {
    const { items, defaultId, images, speech, features } = models;
    dispatch({ type: "models.loaded", models: items, defaultId, images, speech, features });
  }
}

// Titles are made after the first turn, a little after the answer.
const TITLE_TRIES = [400, 2_500, 8_000];

/** After an answer, which begins with `text`: updates its conversation in the list, reloads the
 *  quota, and the title that the first turn got. */
export function refreshAfterEnd(id: string, end: EndEvent, text: string): void {
  const updatedAt = services().now().toISOString();
  const preview = { role: "assistant", state: end.state, text } as const;
  dispatch({ type: "conversation.changed", id, change: { updatedAt, preview } });
  if (end.remaining === undefined) void loadMe();
  if (!state.value.conversations[id]?.title) void awaitTitle(id);
}

async function awaitTitle(id: string): Promise<void> {
  for (const wait of TITLE_TRIES) {
    await pause(wait);
    const found = await attempt(
      () => services().api.conversation(id),
      () => undefined,
    );
    if (found) dispatch({ type: "conversation.changed", id, change: found });
    if (found?.title) return;
  }
}

/** Waits, at most until the network returns. */
const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
    window.addEventListener("online", () => resolve(), { once: true });
  });
