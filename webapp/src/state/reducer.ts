// The only reducer: a pure function (state, event) → state. Each part of the state has its own
// file. Questions and answers come with the deferred actions; what the first screen needs of it is
// in first-reducer.ts.
import type { AppEvent } from "./events.ts";
import { reduceFirst } from "./first-reducer.ts";
import type { State } from "./model.ts";
import { reduceRequest } from "./requests.ts";
import { reduceRun } from "./runs.ts";

export function reduce(state: State, event: AppEvent): State {
  switch (event.type) {
    case "run":
      return reduceRun(state, event);
    case "send.asked":
    case "regenerate.asked":
    case "continue.asked":
    case "request.retried":
    case "request.failed":
    case "request.queued":
    case "request.uploaded":
    case "request.dropped":
    case "run.lost":
    case "run.sought":
      return reduceRequest(state, event);
    default:
      return reduceFirst(state, event);
  }
}
