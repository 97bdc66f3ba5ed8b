// Two or three suggested replies under the last answer. A tap sends one; the composer keeps its
// text. Their space is reserved as soon as the answer ends, so nothing moves when they arrive.
import { useEffect } from "preact/hooks";
import { sendMessage } from "../../actions/messages.ts";
import { loadSuggestions, suggested, takesSuggestions } from "../../actions/suggestions.ts";
import { t } from "../../i18n/index.ts";
import type { ChatMessage } from "../../state/model.ts";
import { searching } from "../../state/question-options.ts";
import { focusComposer } from "../composer/composer-text.ts";
import { scrollToEnd } from "../ui/scroll.ts";
import { hasKeyboard } from "../ui/text-input.ts";
import { useSelect } from "../ui/use-select.ts";

export function Suggestions({ message }: { message: ChatMessage }) {
  const wanted = useSelect(() => takesSuggestions(message), [message]);
  const { id } = message;
  useEffect(() => {
    if (wanted) loadSuggestions(id);
  }, [wanted, id]);
  if (!wanted) return null;
  const say = (text: string): void => {
    // The files and the task in the composer belong to the text in it.
    sendMessage(text, undefined, { search: searching.value });
    scrollToEnd();
    if (hasKeyboard()) focusComposer();
  };
  const replies = suggested.value[id] ?? [];
  if (!replies.length) return <div class="chips" />;
  return (
    <div class="chips" role="group" aria-label={t("app.suggestions")}>
      {replies.map((reply) => (
        <button type="button" class="chip" dir="auto" key={reply} onClick={() => say(reply)}>
          {reply}
        </button>
      ))}
    </div>
  );
}
