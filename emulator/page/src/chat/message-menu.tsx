// The menu of a message: reply, quote, react, forward, copy, edit one's own, delete.
import { t } from "../boot.ts";
import { attempt } from "../toast.ts";
import { Menu, type MenuItem } from "../views/menu.tsx";
import { act } from "../world/actions.ts";
import { myId } from "../world/live.ts";
import type { ChatMessage } from "../world/types.ts";
import { quote, react } from "./ask.ts";
import { startEdit, startReply } from "./composer-state.ts";
import { copy } from "./press.ts";

export function MessageMenu({ entry }: { entry: ChatMessage }) {
  return (
    <Menu class="message-menu" label={t("chat.messageMenu")} icon="more" items={items(entry)} />
  );
}

function items(entry: ChatMessage): MenuItem[] {
  const { message, outgoing, id } = entry;
  const text = message.text ?? message.caption;
  const remove = () => act({ type: "deleteMessages", personId: myId.value, messageIds: [id] });
  const forward = () => act({ type: "forward", personId: myId.value, messageId: id });
  const all: (MenuItem | false)[] = [
    { id: "reply", text: t("chat.reply"), icon: "reply", act: () => startReply(entry) },
    text !== undefined && {
      id: "quote",
      text: t("chat.quote"),
      icon: "reply",
      act: () => void quote(entry),
    },
    { id: "react", text: t("chat.react"), icon: "star", act: () => void react(entry) },
    { id: "forward", text: t("chat.forward"), icon: "share", act: () => void attempt(forward()) },
    text !== undefined && {
      id: "copy",
      text: t("chat.copy"),
      icon: "copy",
      act: () => void copy(text),
    },
    outgoing &&
      message.text !== undefined && {
        id: "edit",
        text: t("chat.edit"),
        icon: "edit",
        act: () => startEdit(entry),
      },
    {
      id: "delete",
      text: t("chat.delete"),
      icon: "trash",
      danger: true,
      act: () => void attempt(remove()),
    },
  ];
  return all.filter((item) => item !== false);
}
