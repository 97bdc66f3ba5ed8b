// The groups and channels of the person, and creating one with everybody and the bot.
import { t } from "../boot.ts";
import { clearComposer } from "../chat/composer-state.ts";
import { closeApp } from "../frame/open.ts";
import { attempt } from "../toast.ts";
import { Icon } from "../views/icon.tsx";
import { Menu } from "../views/menu.tsx";
import { act, request } from "../world/actions.ts";
import { chosenGroup, chosenTopic, follow, GENERAL, myGroups, myId, world } from "../world/live.ts";
import type { Group } from "../world/types.ts";

export function GroupList() {
  return (
    <>
      <header>
        <h2>{t("groups.title")}</h2>
        <button
          type="button"
          class="icon-button"
          aria-label={t("groups.add")}
          onClick={() => void add()}
        >
          <Icon name="plus" />
        </button>
        <Menu label={t("groups.more")} icon="more" items={MORE()} />
      </header>
      <ul>
        {myGroups.value.map((group) => (
          <Row key={group.id} group={group} />
        ))}
      </ul>
    </>
  );
}

function Row({ group }: { group: Group }) {
  const last = group.messages.at(-1)?.message;
  return (
    <li>
      <button
        type="button"
        class="person"
        aria-current={chosenGroup.value === group.id}
        onClick={() => look(group.id)}
      >
        <span class="person-text">
          <bdi class="person-name">{group.chat.title}</bdi>
          <bdi class="person-last">{last?.text ?? t("groups.members", countOf(group))}</bdi>
        </span>
      </button>
    </li>
  );
}

export function countOf(group: Group): { count: number } {
  const gone = ["left", "kicked"];
  return { count: group.members.filter((one) => !gone.includes(one.status)).length };
}

function look(groupId: number): void {
  closeApp();
  clearComposer();
  chosenGroup.value = groupId;
  chosenTopic.value = GENERAL;
}

const MORE = () => [
  { id: "forum", text: t("groups.addForum"), icon: "list" as const, act: () => void addForum() },
  { id: "channel", text: t("groups.addChannel"), icon: "bell" as const, act: addChannel },
];

function others(): number[] {
  const people = (world.value?.people ?? []).map((one) => one.id);
  return people.filter((id) => id !== myId.value);
}

async function add(fields: { title?: string; forum?: boolean } = {}): Promise<void> {
  const memberIds = [...others(), world.value?.bot.id ?? 0];
  const group = { personId: myId.value, title: t("groups.name"), memberIds, ...fields };
  await show(await attempt(request("createGroup", group)));
}

const addForum = () => add({ title: t("groups.forumName"), forum: true });

/** The rights that a bot needs to post. */
export const CHANNEL_RIGHTS = [
  "can_post_messages",
  "can_edit_messages",
  "can_delete_messages",
  "can_invite_users",
  "can_change_info",
];

async function addChannel(): Promise<void> {
  const personId = myId.value;
  const channel = { personId, title: t("groups.channelName"), memberIds: others() };
  const created = await attempt(request("createGroup", { ...channel, kind: "channel" }));
  if (!created) return;
  const at = { personId, chatId: created.chatId, userId: world.value?.bot.id ?? 0 };
  await attempt(act({ type: "setAdmin", ...at, rights: CHANNEL_RIGHTS }));
  await show(created);
}

/** Creates the supergroup where a channel's posts are discussed. */
export async function addDiscussion(channelId: number, title: string): Promise<void> {
  const personId = myId.value;
  const memberIds = [...others(), world.value?.bot.id ?? 0];
  const created = await attempt(request("createGroup", { personId, title, memberIds }));
  if (!created) return;
  const link = { personId, channelId, groupId: created.chatId };
  await attempt(act({ type: "linkDiscussion", ...link }));
  await follow();
}

async function show(created: { chatId: number } | null): Promise<void> {
  if (!created) return;
  await follow();
  look(created.chatId);
}
