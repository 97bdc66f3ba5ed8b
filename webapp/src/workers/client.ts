// The page's side of the worker, which is started by the first thing there is to do. Results
// are kept, so that what was shown once is shown at once when it is drawn again.

import type { Request, Response, Result, Task } from "./protocol.ts";

export type { MathTree, Result, Segments, Task } from "./protocol.ts";

type Waiter = (result: Result | null) => void;

const KEPT = 300;
const results = new Map<string, Result | null>();
const waiting = new Map<number, Waiter>();
let worker: Worker | undefined;
let lastId = 0;

const keyOf = (task: Task): string => JSON.stringify(task);

/** What is already known of `task`: null that there is nothing, undefined that it must be asked. */
export const known = (task: Task): Result | null | undefined => results.get(keyOf(task));

/** Does `task` in the worker; null where that brings nothing, or there is no worker. */
export async function enhance(task: Task): Promise<Result | null> {
  const key = keyOf(task);
  const done = results.get(key);
  if (done !== undefined) return done;
  const port = start();
  if (!port) return null;
  const result = await new Promise<Result | null>((resolve) => {
    const request: Request = { id: ++lastId, task };
    waiting.set(request.id, resolve);
    port.postMessage(request);
  });
  if (results.size >= KEPT) results.delete(results.keys().next().value!);
  results.set(key, result);
  return result;
}

function start(): Worker | undefined {
  if (worker || typeof Worker === "undefined" || !WORKER_FILE) return worker;
  worker = new Worker(workerUrl());
  worker.onmessage = ({ data }: MessageEvent<Response>) => {
    waiting.get(data.id)?.(data.result);
    waiting.delete(data.id);
  };
  worker.onerror = () => {
    // It could not be loaded: everything stays as it is, without colour.
    for (const resolve of waiting.values()) resolve(null);
    waiting.clear();
  };
  return worker;
}

/** The page's policy (Trusted Types) takes no script by its address, but for this one. */
function workerUrl(): URL | string {
  const url = new URL(WORKER_FILE, import.meta.url);
  const policy = window.trustedTypes?.createPolicy("tanya-worker", {
    // Whatever is asked for, only the bundle beside this one is given.
    createScriptURL: () => url.href,
  });
  return policy?.createScriptURL("") ?? url;
}
