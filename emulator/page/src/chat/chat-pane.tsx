// The chat with the bot: header, messages, and the composer or a button below them.
import { t } from "../boot.ts";
import { openApp } from "../frame/open.ts";
import { attempt } from "../toast.ts";
import { Avatar } from "../views/avatar.tsx";
import { Icon } from "../views/icon.tsx";
import { Menu } from "../views/menu.tsx";
import { act } from "../world/actions.ts";
import { myChat, myGroup, myId, world } from "../world/live.ts";
import type { BotProfile, Chat } from "../world/types.ts";
import { Composer } from "./composer.tsx";
import { GroupPane } from "./group-pane.tsx";
import { MessageList } from "./message-list.tsx";

export function ChatPane({ openTools }: { openTools: (() => void) | null }) {
  const bot = world.value?.bot;
  const chat = myChat.value;
  if (!bot || !chat)
    return (
      <p class="loading" role="status">
        {t("page.connecting")}
      </p>
    );
  if (myGroup.value)
    return <GroupPane group={myGroup.value} bot={bot} chat={chat} openTools={openTools} />;
  return (
    <section class="chat" aria-label={t("chat.with", { name: bot.firstName })}>
      <Header bot={bot} chat={chat} openTools={openTools} />
      <MessageList key={chat.head.personId} bot={bot} chat={chat} />
      <Foot chat={chat} />
    </section>
  );
}

function Header({
  bot,
  chat,
  openTools,
}: {
  bot: BotProfile;
  chat: Chat;
  openTools: (() => void) | null;
}) {
  const { action, blocked } = chat.head;
  return (
    <header class="chat-header">
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
      <Avatar of={bot} />
      <div class="chat-title">
        <h2>{bot.firstName}</h2>
        <p role="status">
          {action ? t(actionKey(action)) : t(blocked ? "chat.blocked" : "chat.bot")}
        </p>
        {/* Shown here if there is no bar above. */}
        {openTools && <p class="is-emulator">{t("page.title")}</p>}
      </div>
      <Menu label={t("chat.menu")} icon="more" items={menuItems(chat)} />
    </header>
  );
}

const ACTIONS = ["typing", "upload_photo", "upload_document", "record_voice", "upload_voice"];

function actionKey(action: string): string {
  return `chat.action.${ACTIONS.includes(action) ? action : "busy"}`;
}

function menuItems({ head }: Chat) {
  const personId = head.personId;
  const toggleBlock = () => act({ type: "blockBot", personId, blocked: !head.blocked });
  return [
    {
      id: "app",
      text: t("chat.openApp"),
      icon: "window" as const,
      act: () => void openApp("direct"),
    },
    {
      id: "clear",
      text: t("chat.clear"),
      icon: "trash" as const,
      act: () => void attempt(act({ type: "deleteMessages", personId })),
    },
    {
      id: "block",
      text: t(head.blocked ? "chat.unblock" : "chat.block"),
      icon: "stop" as const,
      danger: !head.blocked,
      act: () => void attempt(toggleBlock()),
    },
  ];
}

function Foot({ chat }: { chat: Chat }) {
  const { started, blocked } = chat.head;
  const personId = myId.value;
  if (blocked) {
    const unblock = () => void attempt(act({ type: "blockBot", personId, blocked: false }));
    return <BigButton text={t("chat.unblock")} act={unblock} />;
  }
  if (!started) {
    return (
      <BigButton
        text={t("chat.start")}
        act={() => void attempt(act({ type: "pressStart", personId }))}
      />
    );
  }
  return <Composer chat={chat} />;
}

function BigButton({ text, act }: { text: string; act: () => void }) {
  return (
    <div class="chat-foot">
      <button type="button" class="primary big" onClick={act}>
        {text}
      </button>
    </div>
  );
}
