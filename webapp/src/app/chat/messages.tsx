// The messages of the open chat: the path that is chosen through the tree, followed while it
// grows.
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../../i18n/index.ts";
import type { ChatMessage } from "../../state/model.ts";
import { sought } from "../../state/sought.ts";
import { currentId, cutAt } from "../../state/store.ts";
import { followEnd, scrollToEnd } from "../ui/scroll.ts";
import { AssistantMessage } from "./assistant-message.tsx";
import { goToWords, placeOf } from "./find-words.ts";
import { GROUP, groups, lastScreen, MessageGroup, SECTION } from "./message-window.tsx";
import { Suggestions } from "./suggestions.tsx";
import { UserMessage } from "./user-message.tsx";

export function Messages({ messages }: { messages: readonly ChatMessage[] }) {
  const list = useRef<HTMLDivElement>(null);
  const last = messages.at(-1);
  // The whole groups that fill the screen, and the last one: an answer may begin it.
  const fills = Math.min(lastScreen(messages), messages.length - 1);
  const keptFrom = Math.floor(fills / GROUP) * GROUP;
  // An opened conversation is scrolled to its end before it is painted.
  useLayoutEffect(() => scrollToEnd(), []);
  useEffect(() => (list.current ? followEnd(list.current) : undefined), []);
  const wanted = sought.value;
  useEffect(() => {
    if (!list.current || wanted?.id !== currentId.value) return;
    sought.value = null;
    const place = placeOf(messages, wanted.words);
    if (place >= 0) goToWords(list.current, place, wanted.words);
  }, [wanted]);
  return (
    <div class="messages" ref={list}>
      {groups(messages, SECTION).map((section, at) => (
        <MessageGroup key={at} messages={section} kept={at * SECTION + section.length > keptFrom}>
          {() =>
            groups(section, GROUP).map((group, place) => (
              <MessageGroup
                key={place}
                messages={group}
                kept={at * SECTION + place * GROUP >= keptFrom}
              >
                {() => group.map((message) => <Line key={keyOf(message)} message={message} />)}
              </MessageGroup>
            ))
          }
        </MessageGroup>
      ))}
      {last && <Suggestions key={last.id} message={last} />}
    </div>
  );
}

const keyOf = ({ viewKey, id }: ChatMessage): string => viewKey ?? id;

function Line({ message }: { message: ChatMessage }) {
  return (
    <>
      {message.id === cutAt.value && (
        <p class="cut">
          <span>{t("app.context.cut")}</span>
        </p>
      )}
      {message.role === "user" ? (
        <UserMessage message={message} />
      ) : (
        <AssistantMessage message={message} />
      )}
    </>
  );
}
