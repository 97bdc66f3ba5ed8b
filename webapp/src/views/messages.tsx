// The messages of the open chat: the path that is chosen through the tree, followed while it
// grows.
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../i18n.ts";
import type { ChatMessage } from "../state/model.ts";
import { currentThread } from "../state/store.ts";
import { AssistantMessage } from "./assistant-message.tsx";
import { followEnd, holdEnd } from "./follow.ts";
import { Suggestions } from "./suggestions.tsx";
import { UserMessage } from "./user-message.tsx";

export function Messages({ messages }: { messages: readonly ChatMessage[] }) {
  const list = useRef<HTMLDivElement>(null);
  const { cutAt } = currentThread.value;
  const last = messages.at(-1);
  // An opened conversation shows its end at once, before it is painted.
  useLayoutEffect(() => holdEnd(), []);
  useEffect(() => (list.current ? followEnd(list.current) : undefined), []);
  return (
    <div class="messages" ref={list}>
      {messages.map((message) => [
        message.id === cutAt && <p class="cut" key="cut"><span>{t("app.context.cut")}</span></p>,
        message.role === "user" ? (
          <UserMessage key={message.viewKey ?? message.id} message={message} />
        ) : (
          <AssistantMessage key={message.viewKey ?? message.id} message={message} />
        ),
      ])}
      {last && <Suggestions key={last.id} message={last} />}
    </div>
  );
}
