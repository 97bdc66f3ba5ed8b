// The page's side of the worker, which starts with the first task. Results are cached, so that
// drawing something again shows it at once.

import type { Request, Response, Result, Task } from "./protocol.ts";

export type { MathTree, Result, Segments, Task } from "./protocol.ts";

type Waiter = (result: Result | null) => void;

const KEPT = 300;
/** Milliseconds before the worker starts: the text that asks for it is drawn first. */
const START_AFTER = 50;
const results = new Map<string, Result | null>();
const waiting = new Map<number, Waiter>();
let worker: Worker | undefined;
let lastId = 0;

const keyOf = (task: Task): string => JSON.stringify(task);

/** The cached result of `task`: null if there is none to show, undefined if it is not known yet. */
export const known = (task: Task): Result | null | undefined => results.get(keyOf(task));

/** Runs `task` in the worker; null if there is no result or no worker. */
export async function enhance(task: Task): Promise<Result | null> {
  const key = keyOf(task);
  const done = results.get(key);
  if (done !== undefined) return done;
  if (!worker) await new Promise((resolve) => setTimeout(resolve, START_AFTER));
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
    // The worker could not be loaded: code stays without colours, formulas stay source text.
    for (const resolve of waiting.values()) resolve(null);
    waiting.clear();
  };
  return worker;
}

/** The page's Trusted Types policy allows no script address but this one. */
function workerUrl(): URL | string {
  const url = new URL(WORKER_FILE, import.meta.url);
  const policy = window.trustedTypes?.createPolicy("tanya-worker", {
    // Whatever is requested, only the bundle next to this one is returned.
    createScriptURL: () => url.href,
  });
  return policy?.createScriptURL("") ?? url;
}
