// The events that the first screen knows: the session, the list, and a conversation that is opened.
import { reduceAccount } from "./account.ts";
import { reduceList } from "./conversations.ts";
import type { AppEvent, RequestEvent, RunEvent } from "./events.ts";
import type { State } from "./model.ts";
import { reduceThread } from "./threads.ts";

export type FirstEvent = Exclude<AppEvent, RequestEvent | RunEvent>;

export function reduceFirst(state: State, event: FirstEvent): State {
  switch (event.type) {
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
    default:
      return reduceAccount(state, event);
  }
}
