// The bot in the person's own account (Telegram calls it secretary mode): rights, customers' chats.
import { useState } from "preact/hooks";
import { t } from "../boot.ts";
import { attempt } from "../toast.ts";
import { act } from "../world/actions.ts";
import { follow, world } from "../world/live.ts";
import type { BusinessAccount, BusinessChat, Person } from "../world/types.ts";
import { Group, OneLine, Toggle } from "./fields.tsx";

const RIGHTS = [
  "can_reply",
  "can_read_messages",
  "can_delete_all_messages",
  "can_edit_name",
  "can_manage_stories",
] as const;
const MOST_SHOWN = 8;

export function AccountGroup({ person }: { person: Person }) {
  const now = world.value;
  if (!now) return null;
  const account = now.accounts.find((one) => one.ownerId === person.id) ?? null;
  const mine = now.business.filter((one) => one.ownerId === person.id);
  const others = now.accounts.filter((one) => one.ownerId !== person.id);
  return (
    <Group title={t("account.title")}>
      <Connection key={`${person.id} ${account?.connectionId}`} person={person} account={account} />
      {account && mine.map((chat) => <CustomerChat key={chat.customerId} chat={chat} />)}
      {others.map((one) => (
        <OneLine
          key={one.ownerId}
          label={t("account.writeTo", { name: nameOf(one.ownerId) })}
          button={t("chat.send")}
          act={(text) => void write(one.ownerId, person.id, person.id, text)}
        />
      ))}
    </Group>
  );
}

interface ConnectionProps {
  person: Person;
  account: BusinessAccount | null;
}

function Connection({ person, account }: ConnectionProps) {
  const [rights, setRights] = useState<readonly string[]>(account?.rights ?? RIGHTS.slice(0, 2));
  const toggle = (right: string, wanted: boolean) => {
    const next = wanted ? [...rights, right] : rights.filter((one) => one !== right);
    setRights(next);
    if (account) void done(act({ type: "connectBusiness", personId: person.id, rights: next }));
  };
  const connect = () => done(act({ type: "connectBusiness", personId: person.id, rights }));
  const revoke = () => done(act({ type: "disconnectBusiness", personId: person.id }));
  return (
    <>
      <p class="hint">{t(account ? "account.on" : "account.off")}</p>
      {RIGHTS.map((right) => (
        <Toggle
          key={right}
          label={t(`account.${right}`)}
          value={rights.includes(right)}
          change={(wanted) => toggle(right, wanted)}
        />
      ))}
      <button
        type="button"
        class={account ? "quiet danger" : "secondary"}
        onClick={() => void (account ? revoke() : connect())}
      >
        {t(account ? "account.revoke" : "account.connect")}
      </button>
    </>
  );
}

/** The messages with one customer, and a field for the owner. */
function CustomerChat({ chat }: { chat: BusinessChat }) {
  return (
    <div class="card">
      <div class="card-head">
        <strong dir="auto">{nameOf(chat.customerId)}</strong>
      </div>
      {chat.messages.slice(-MOST_SHOWN).map(({ id, message }) => (
        <p key={id} dir="auto" class="shared-text">
          <b>{message.sender_business_bot?.first_name ?? message.from?.first_name}</b>:{" "}
          {message.text ?? message.caption ?? t("chat.message")}
        </p>
      ))}
      <OneLine
        label={t("account.answer")}
        button={t("chat.send")}
        act={(text) => void write(chat.ownerId, chat.customerId, chat.ownerId, text)}
      />
    </div>
  );
}

function nameOf(id: number): string {
  return world.value?.people.find((one) => one.id === id)?.firstName ?? String(id);
}

function write(ownerId: number, customerId: number, personId: number, text: string): Promise<void> {
  return done(act({ type: "sendBusinessText", personId, ownerId, customerId, text }));
}

async function done(work: Promise<void>): Promise<void> {
  await attempt(work);
  await follow();
}
