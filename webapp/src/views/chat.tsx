// The open conversation: the path that is chosen through its tree, followed while it grows.
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../i18n.ts";
import { loadThread } from "../state/actions/conversations.ts";
import type { ChatMessage } from "../state/model.ts";
import { currentId, currentPath, currentThread } from "../state/store.ts";
import { AssistantMessage } from "./assistant-message.tsx";
import { followEnd, holdEnd } from "./follow.ts";
import { Skeleton, Trouble, Way } from "./parts.tsx";
import { UserMessage } from "./user-message.tsx";
import { Welcome } from "./welcome.tsx";

export function Chat({ hidden }: { hidden: boolean }) {
  const id = currentId.value;
  const { status, failure } = currentThread.value;
  const messages = currentPath.value;
  return (
    <main class="view" id="chat" hidden={hidden}>
      {messages.length > 0 && <Messages key={id} messages={messages} />}
      {!messages.length && status === "loading" && <Skeleton lines={8} />}
      {!messages.length && failure && status === "failed" && id && (
        <Trouble failure={failure}>
          <Way onClick={() => void loadThread(id)}>{t("app.retry")}</Way>
        </Trouble>
      )}
      {!messages.length && (id === null || status === "ready") && <Welcome />}
    </main>
  );
}

function Messages({ messages }: { messages: readonly ChatMessage[] }) {
  const list = useRef<HTMLDivElement>(null);
  const { cutAt } = currentThread.value;
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
    </div>
  );
}
