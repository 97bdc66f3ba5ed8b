// A group or channel, shown in place of the chat with the bot.
import { t } from "../boot.ts";
import { attempt } from "../toast.ts";
import { addDiscussion, CHANNEL_RIGHTS, countOf } from "../tools/groups.tsx";
import { Icon } from "../views/icon.tsx";
import { Menu, type MenuItem } from "../views/menu.tsx";
import { act } from "../world/actions.ts";
import { chosenGroup, chosenTopic, follow, myId } from "../world/live.ts";
import type { BotProfile, Chat, ChatMessage, Group } from "../world/types.ts";
import { Composer } from "./composer.tsx";
import { MessageList } from "./message-list.tsx";
import { inTopic, TopicBar, topicItems } from "./topics.tsx";

/** The rights that a bot needs to moderate. */
const RIGHTS = [
  "can_delete_messages",
  "can_restrict_members",
  "can_invite_users",
  "can_pin_messages",
  "can_change_info",
  "can_manage_topics",
  "can_promote_members",
];

interface Props {
  group: Group;
  bot: BotProfile;
  chat: Chat;
  openTools: (() => void) | null;
}

export function GroupPane({ group, bot, chat, openTools }: Props) {
  const said = inTopic(group).map((entry) => ({
    ...entry,
    outgoing: entry.message.from?.id === myId.value,
  }));
  const messages = [...said, ...seenByMe(group)];
  // Keyboards and drafts of the chat with the bot do not belong to the group.
  const head = { ...chat.head, replyKeyboard: null, menuButton: { type: "commands" as const } };
  const shown = { head, messages, drafts: [] };
  return (
    <section class="chat" aria-label={group.chat.title}>
      <header class="chat-header">
        <BackButton openTools={openTools} />
        <div class="chat-title">
          <h2>{group.chat.title}</h2>
          <p>{t("groups.members", countOf(group))}</p>
        </div>
        <Menu label={t("chat.menu")} icon="more" items={items(group, bot)} />
      </header>
      <TopicBar group={group} />
      <MessageList key={`${group.id} ${chosenTopic.value}`} bot={bot} chat={shown} />
      {mayWrite(group) ? (
        <Composer chat={shown} />
      ) : (
        <p class="chat-foot hint">{t("groups.adminsPost")}</p>
      )}
    </section>
  );
}

/** In a channel only administrators can write. */
function mayWrite(group: Group): boolean {
  const mine = group.members.find((one) => one.user.id === myId.value)?.status ?? "left";
  return group.chat.type !== "channel" || ["creator", "administrator"].includes(mine);
}

/** The ephemeral messages for this person, after all others; their ids are negative. */
function seenByMe(group: Group): ChatMessage[] {
  return group.ephemeral
    .filter((message) => message.receiver_user?.id === myId.value)
    .map((message) => ({
      id: -(message.ephemeral_message_id ?? 0),
      outgoing: false,
      message,
      paid: false,
      botReaction: null,
      reactions: {},
    }));
}

function BackButton({ openTools }: { openTools: (() => void) | null }) {
  const back = () => (chosenGroup.value = null);
  return (
    <>
      {openTools && (
        <button
          type="button"
          class="icon-button"
          aria-label={t("page.openTools")}
          onClick={openTools}
        >
          <Icon name="menu" />
        </button>
      )}
      <button type="button" class="icon-button" aria-label={t("groups.back")} onClick={back}>
        <Icon name="arrowBack" />
      </button>
    </>
  );
}

function items(group: Group, bot: BotProfile): MenuItem[] {
  const status = group.members.find((one) => one.user.id === bot.id)?.status ?? "left";
  const personId = myId.value;
  const at = { personId, chatId: group.id, userId: bot.id };
  const admin = status === "administrator";
  const here = admin || status === "member";
  const done = async (work: Promise<void>) => {
    await attempt(work);
    await follow();
  };
  const channel = group.chat.type === "channel";
  const rights = channel ? CHANNEL_RIGHTS : RIGHTS;
  const discussion: MenuItem = {
    id: "discussion",
    text: t("groups.addDiscussion"),
    icon: "share",
    act: () => void addDiscussion(group.id, t("groups.discussionName")),
  };
  return [
    ...topicItems(group),
    ...(channel && group.linked === null ? [discussion] : []),
    {
      id: "admin",
      text: t(admin ? "groups.plain" : "groups.admin"),
      icon: "star",
      act: () => void done(act({ type: "setAdmin", ...at, rights: admin ? [] : rights })),
    },
    // In a channel a bot is always an administrator.
    ...(channel
      ? []
      : [member(here, () => act({ type: here ? "removeMember" : "addMember", ...at }))]),
  ];

  function member(there: boolean, change: () => Promise<void>): MenuItem {
    return {
      id: "bot",
      text: t(there ? "groups.removeBot" : "groups.addBot"),
      icon: "user",
      danger: there,
      act: () => void done(change()),
    };
  }
}
