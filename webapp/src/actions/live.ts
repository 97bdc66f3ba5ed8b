// Keeps the list and the open conversation in sync with the server, whichever device or bot changes
// them.
import { failureOf } from "../state/failure.ts";
import { dispatch, state } from "../state/store.ts";
import { type PersonEvent, readPersonEvents } from "../stream/person-events.ts";
import { loadList, loadThread, refreshConversation } from "./conversations.ts";
import { isFollowed } from "./runs.ts";
import { services } from "./services.ts";

/** Follows the person's events as long as the app is open. */
export function followPerson(): void {
  let begun = false;
  void readPersonEvents({
    open: (signal) => services().api.events(signal),
    onEvent: (event) => {
      // The first `ready`: what is shown was read a moment ago.
      if (event.type !== "ready") take(event);
      else if (begun) readAnew();
      begun = true;
    },
    onDelay: (thrown) => {
      const failure = thrown === null ? null : failureOf(thrown);
      dispatch({ type: "server.delayed", failure });
    },
    signal: new AbortController().signal,
  });
}

/** Handles one event. */
export function take(event: Exclude<PersonEvent, { type: "ready" }>): void {
  const { conversationId: id } = event;
  switch (event.type) {
    case "conversation":
      void refreshConversation(id);
      if (id === state.value.currentId && !isAsking(id)) void loadThread(id);
      break;
    case "removed":
      dispatch({ type: "conversation.removed", id });
      break;
    case "run":
      if (isFollowed(event.runId) || isAsking(id)) break;
      void refreshConversation(id);
      if (id === state.value.currentId) void loadThread(id);
      break;
  }
}

function readAnew(): void {
  const { currentId, list } = state.value;
  void loadList(list.query);
  if (currentId) void loadThread(currentId);
}

/** Whether this device has just asked in the conversation: then the answer's stream has the
 *  news. */
function isAsking(id: string): boolean {
  const messages = Object.values(state.value.threads[id]?.messages ?? {});
  return messages.some(({ pending }) => pending?.status === "sending");
}
