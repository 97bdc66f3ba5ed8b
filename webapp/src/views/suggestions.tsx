// Two or three replies under the last answer. One tap sends it; what is in the composer stays
// there. Their place is kept from the answer's end on, so that their coming moves nothing.
import { useEffect } from "preact/hooks";
import { t } from "../i18n.ts";
import { send } from "../state/actions/ask.ts";
import { searching } from "../state/asking.ts";
import type { ChatMessage } from "../state/model.ts";
import { suggest, suggested, takesReplies } from "../state/suggesting.ts";
import { focusComposer, hasKeyboard } from "./compose.ts";
import { holdEnd } from "./follow.ts";

export function Suggestions({ message }: { message: ChatMessage }) {
  const wanted = takesReplies(message);
  const { id } = message;
  useEffect(() => {
    if (wanted) suggest(id);
  }, [wanted, id]);
  if (!wanted) return null;
  const say = (text: string): void => {
    // The files and the task in the composer belong to the text in it.
    send(text, id, { search: searching.value });
    holdEnd();
    if (hasKeyboard()) focusComposer();
  };
  const replies = suggested.value[id] ?? [];
  if (!replies.length) return <div class="chips" />;
  return (
    <div class="chips" role="group" aria-label={t("app.suggestions")}>
      {replies.map((reply) => (
        <button type="button" class="chip" dir="auto" key={reply} onClick={() => say(reply)}>{reply}</button>
      ))}
    </div>
  );
}
