// The groups that one is in, and making one of everybody with the bot.
import { t } from "../boot.ts";
import { clearComposer } from "../chat/composer-state.ts";
import { closeApp } from "../frame/open.ts";
import { attempt } from "../toast.ts";
import { Icon } from "../views/icon.tsx";
import { request } from "../world/actions.ts";
import { chosenGroup, follow, myGroups, myId, world } from "../world/live.ts";
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
}

async function add(): Promise<void> {
  const others = (world.value?.people ?? []).map((one) => one.id);
  const memberIds = [...others.filter((id) => id !== myId.value), world.value?.bot.id ?? 0];
  const fields = { personId: myId.value, title: t("groups.name"), memberIds };
  const created = await attempt(request("createGroup", fields));
  if (!created) return;
  await follow();
  look(created.chatId);
}
