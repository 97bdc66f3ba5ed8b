// The open conversation, or a greeting, a placeholder or a failure.

import { loadThread } from "../../actions/conversations.ts";
import { t } from "../../i18n/index.ts";
import type { ChatMessage } from "../../state/model.ts";
import { busy, currentId, currentPath, currentThread } from "../../state/store.ts";
import { Problem, Skeleton, TextButton } from "../ui/controls.tsx";
import { deferredViews } from "../ui/deferred-views.ts";
import { Welcome } from "./welcome.tsx";

export function Chat({ hidden }: { hidden: boolean }) {
  const id = currentId.value;
  const messages = currentPath.value;
  const Messages = deferredViews.value?.Messages ?? Plain;
  return (
    <main class="view" id="chat" hidden={hidden}>
      {messages.length ? <Messages key={id} messages={messages} /> : <Empty id={id} />}
    </main>
  );
}

function Empty({ id }: { id: string | null }) {
  const { status, failure } = currentThread.value;
  if (id === null || status === "ready") return <Welcome />;
  if (status !== "failed" || !failure) return <Skeleton lines={8} />;
  return (
    <Problem failure={failure}>
      {failure.temporary && (
        <TextButton onClick={() => void loadThread(id)}>{t("app.retry")}</TextButton>
      )}
    </Problem>
  );
}

/** Plain text in the same places, until the message views have loaded. */
function Plain({ messages }: { messages: readonly ChatMessage[] }) {
  return (
    <div class="messages">
      {messages.map(({ id, role, text }) => (
        <div class={`message ${role}`} key={id}>
          <div class={role === "user" ? "bubble" : "answer plain"} dir="auto">
            {text}
          </div>
        </div>
      ))}
      {busy.value && (
        <p class="status">
          <span class="pulse" />
          {t("app.answer.thinking")}
        </p>
      )}
    </div>
  );
}
