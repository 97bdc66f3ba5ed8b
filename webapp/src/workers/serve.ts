// A worker's side: does one kind of task, off the main thread, where the first would take hundreds
// of milliseconds.

import type { Request, Response, Result, Task } from "./protocol.ts";

interface Port {
  onmessage: ((event: MessageEvent<Request>) => void) | null;
  postMessage(message: Response): void;
}

/** Answers every task of this worker's kind by `run`. */
export function serve<K extends Task["kind"]>(
  run: (task: Extract<Task, { kind: K }>) => Result | null,
): void {
  const port = self as unknown as Port;
  port.onmessage = ({ data: { id, task } }) => {
    let result: Result | null = null;
    try {
      result = run(task as Extract<Task, { kind: K }>);
    } catch {
      // Model output may be invalid; the source stays on screen.
    }
    port.postMessage({ id, result });
  };
}
