// The topics of a supergroup: selecting, creating, closing and reopening them.
import { t } from "../boot.ts";
import { openDialog } from "../dialogs.ts";
import { attempt } from "../toast.ts";
import type { MenuItem } from "../views/menu.tsx";
import { act, request } from "../world/actions.ts";
import { chosenTopic, follow, GENERAL, myId } from "../world/live.ts";
import type { ChatMessage, Group } from "../world/types.ts";

/** The messages of the selected topic, or all if there are no topics. */
export function inTopic(group: Group): ChatMessage[] {
  if (!group.chat.is_forum) return group.messages;
  const topic = chosenTopic.value;
  return group.messages.filter((one) => (one.message.message_thread_id ?? GENERAL) === topic);
}

export function TopicBar({ group }: { group: Group }) {
  if (!group.chat.is_forum) return null;
  return (
    <nav class="topics" aria-label={t("topics.title")}>
      {Object.entries(group.topics).map(([id, topic]) => (
        <button
          key={id}
          type="button"
          aria-current={chosenTopic.value === Number(id)}
          onClick={() => (chosenTopic.value = Number(id))}
        >
          <bdi>{topic.name}</bdi>
          {topic.closed && <span class="facts"> · {t("topics.closed")}</span>}
        </button>
      ))}
    </nav>
  );
}

/** The menu items of a group with topics. */
export function topicItems(group: Group): MenuItem[] {
  if (!group.chat.is_forum) return [];
  const threadId = chosenTopic.value;
  const closed = group.topics[threadId]?.closed ?? false;
  return [
    { id: "topic", text: t("topics.add"), icon: "plus", act: () => void add(group.id) },
    {
      id: "close",
      text: t(closed ? "topics.open" : "topics.close"),
      icon: closed ? "check" : "stop",
      act: () => void close(group.id, threadId, !closed),
    },
  ];
}

async function add(chatId: number): Promise<void> {
  const asked = { title: t("topics.add"), text: t("topics.name"), value: t("topics.example") };
  const name = await openDialog("prompt", { ...asked, ok: t("dialog.ok") }).answer;
  if (!name) return;
  const created = await attempt(request("createTopic", { personId: myId.value, chatId, name }));
  if (!created) return;
  await follow();
  chosenTopic.value = created.threadId;
}

async function close(chatId: number, threadId: number, closed: boolean): Promise<void> {
  await attempt(act({ type: "closeTopic", personId: myId.value, chatId, threadId, closed }));
  await follow();
}
