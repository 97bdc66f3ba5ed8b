// The worker: highlighting and mathematics take hundreds of milliseconds at first use, too long for
// the main thread.

import { highlight } from "./highlight.ts";
import { typeset } from "./math.ts";
import type { Request, Response, Result, Task } from "./protocol.ts";

interface Port {
  onmessage: ((event: MessageEvent<Request>) => void) | null;
  postMessage(message: Response): void;
}
const port = self as unknown as Port;

port.onmessage = ({ data: { id, task } }) => {
  let result: Result | null = null;
  try {
    result = run(task);
  } catch {
    // Model output may be invalid; the source stays on screen.
  }
  port.postMessage({ id, result });
};

function run(task: Task): Result | null {
  if (task.kind === "math") return { kind: "math", tree: typeset(task.text, task.display) };
  const segments = highlight(task.text, task.language);
  return segments && { kind: "code", segments };
}
