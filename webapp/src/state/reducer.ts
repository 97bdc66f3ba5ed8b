// The only reducer: a pure function (state, event) → state. Each part of the state has its own
// file.
import { reduceAccount } from "./account.ts";
import { reduceList } from "./conversations.ts";
import type { AppEvent } from "./events.ts";
import type { State } from "./model.ts";
import { reduceRequest } from "./requests.ts";
import { reduceRun } from "./runs.ts";
import { reduceThread } from "./threads.ts";

export function reduce(state: State, event: AppEvent): State {
  switch (event.type) {
    case "run":
      return reduceRun(state, event);
    case "list.loading":
    case "list.loaded":
    case "list.failed":
    case "conversation.changed":
    case "conversation.made":
    case "conversation.removed":
    case "conversation.opened":
      return reduceList(state, event);
    case "thread.loading":
    case "thread.loaded":
    case "thread.failed":
    case "branch.chosen":
      return reduceThread(state, event);
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
      return reduceAccount(state, event);
  }
}
