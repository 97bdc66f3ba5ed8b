// The open conversation, or what stands for it: a greeting, a wait, a failure.
import { t } from "../i18n.ts";
import { loadThread } from "../state/actions/conversations.ts";
import type { ChatMessage } from "../state/model.ts";
import { busy, currentId, currentPath, currentThread } from "../state/store.ts";
import { rest } from "./lazy.ts";
import { Skeleton, Trouble, Way } from "./parts.tsx";
import { Welcome } from "./welcome.tsx";

export function Chat({ hidden }: { hidden: boolean }) {
  const id = currentId.value;
  const messages = currentPath.value;
  const Messages = rest.value?.Messages ?? Plain;
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
  return <Trouble failure={failure}><Way onClick={() => void loadThread(id)}>{t("app.retry")}</Way></Trouble>;
}

/** For the moment until the views of messages are here: the same places, bare text. */
function Plain({ messages }: { messages: readonly ChatMessage[] }) {
  return (
    <div class="messages">
      {messages.map(({ id, role, text }) => (
        <div class={`message ${role}`} key={id}>
          <div class={role === "user" ? "bubble" : "answer plain"} dir="auto">{text}</div>
        </div>
      ))}
      {busy.value && <p class="status"><span class="pulse" />{t("app.answer.thinking")}</p>}
    </div>
  );
}
