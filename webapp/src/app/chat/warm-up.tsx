// Draws a question and an answer where nobody sees them, so that the first conversation that is
// opened finds the code of their views compiled, and the style sheet's rules matched.
import { render } from "preact";
import type { ChatMessage } from "../../state/model.ts";
import { topicOf } from "../../state/topics.ts";
import { whenIdle } from "../ui/idle.ts";
import { MessageGroup } from "./message-window.tsx";
import { Line } from "./messages.tsx";

const SAMPLE: ChatMessage = {
  id: "warm-up",
  parentId: null,
  role: "user",
  text: "A **b**",
  state: "complete",
  createdAt: "",
  citations: [],
};

/** One view whenever the page is idle. */
export function warmUpMessages(): void {
  for (const role of ["user", "assistant"] as const) whenIdle(() => layOut({ ...SAMPLE, role }));
  whenIdle(() => topicOf(SAMPLE.text));
}

function layOut(message: ChatMessage): void {
  const box = document.createElement("div");
  box.className = "messages";
  box.ariaHidden = "true";
  Object.assign(box.style, { position: "absolute", inlineSize: "20rem", visibility: "hidden" });
  render(
    <MessageGroup messages={[message]} kept>
      {() => <Line message={message} />}
    </MessageGroup>,
    box,
  );
  document.body.append(box);
  box.getBoundingClientRect();
  render(null, box);
  box.remove();
}
