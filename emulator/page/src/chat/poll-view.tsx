// A poll: its options are buttons that vote.
import { useContext } from "preact/hooks";
import { attempt } from "../toast.ts";
import { act } from "../world/actions.ts";
import { myId } from "../world/live.ts";
import type { Poll } from "../world/telegram.ts";
import { MessageId } from "./button-face.tsx";

export function PollView({ poll }: { poll: Poll }) {
  const messageId = useContext(MessageId);
  const vote = (index: number) =>
    void attempt(act({ type: "vote", personId: myId.value, messageId, options: [index] }));
  return (
    <div class="poll">
      <strong>{poll.question}</strong>
      {poll.options.map((option, index) => (
        <button
          key={index}
          type="button"
          class="secondary"
          disabled={poll.is_closed}
          onClick={() => vote(index)}
        >
          <bdi>{option.text}</bdi>
          <span>{option.voter_count}</span>
        </button>
      ))}
    </div>
  );
}
