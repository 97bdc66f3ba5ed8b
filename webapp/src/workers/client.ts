// The page's side of the workers: one for code, one for formulas, as most chats need one or none.
// Each starts with its first task. Results are cached, so that drawing something again shows it at
// once.

import type { Request, Response, Result, Task } from "./protocol.ts";

export type { MathTree, Result, Segments, Task } from "./protocol.ts";

type Kind = Task["kind"];
type Waiter = (result: Result | null) => void;

const KEPT = 300;
const FILES = { code: CODE_WORKER, math: MATH_WORKER };
/** Milliseconds before a worker starts: the text that asks for it is drawn first. */
const START_AFTER = 50;
const results = new Map<string, Result | null>();
const waiting = { code: new Map<number, Waiter>(), math: new Map<number, Waiter>() };
const workers: Partial<Record<Kind, Worker>> = {};
let lastId = 0;

const keyOf = (task: Task): string => JSON.stringify(task);

/** The cached result of `task`: null if there is none to show, undefined if it is not known yet. */
export const known = (task: Task): Result | null | undefined => results.get(keyOf(task));

/** Runs `task` in its worker; null if there is no result or no worker. */
export async function enhance(task: Task): Promise<Result | null> {
  const key = keyOf(task);
  const done = results.get(key);
  if (done !== undefined) return done;
  const { kind } = task;
  if (!workers[kind]) await new Promise((resolve) => setTimeout(resolve, START_AFTER));
  const port = start(kind);
  if (!port) return null;
  const result = await new Promise<Result | null>((resolve) => {
    const request: Request = { id: ++lastId, task };
    waiting[kind].set(request.id, resolve);
    port.postMessage(request);
  });
  if (results.size >= KEPT) results.delete(results.keys().next().value!);
  results.set(key, result);
  return result;
}

function start(kind: Kind): Worker | undefined {
  const started = workers[kind];
  if (started || typeof Worker === "undefined" || !FILES[kind]) return started;
  const worker = new Worker(workerUrl(kind));
  const waiters = waiting[kind];
  worker.onmessage = ({ data }: MessageEvent<Response>) => {
    waiters.get(data.id)?.(data.result);
    waiters.delete(data.id);
  };
  worker.onerror = () => {
    // The worker could not be loaded: code stays without colours, formulas stay source text.
    for (const resolve of waiters.values()) resolve(null);
    waiters.clear();
  };
  workers[kind] = worker;
  return worker;
}

const addressOf = (kind: Kind): URL => new URL(FILES[kind], import.meta.url);
let policy: { createScriptURL(kind: string): string } | undefined;

/** The page's Trusted Types policy, which can be made once, allows no script address but these. */
function workerUrl(kind: Kind): URL | string {
  policy ??= window.trustedTypes?.createPolicy("tanya-worker", {
    // Whatever is requested, only a bundle next to this one is returned.
    createScriptURL: (wanted) => addressOf(wanted === "math" ? "math" : "code").href,
  });
  return policy?.createScriptURL(kind) ?? addressOf(kind);
}
