// One conversation in the list: open, pin, rename in place, delete.
import { useEffect, useRef, useState } from "preact/hooks";
import {
  changeConversation,
  closeTemporary,
  deleteConversation,
} from "../../actions/conversation-changes.ts";
import { openConversation } from "../../actions/conversations.ts";
import { grantLook } from "../../actions/looks.ts";
import { haptic } from "../../bridge/index.ts";
import { t } from "../../i18n/index.ts";
import { isTemporaryId } from "../../state/chat-mode.ts";
import type { Conversation } from "../../state/model.ts";
import { openScreen } from "../../state/navigation.ts";
import { currentId, isOn } from "../../state/store.ts";
import { IconButton, TextButton } from "../ui/controls.tsx";
import { relativeDate } from "../ui/dates.ts";
import { Icon } from "../ui/icons.tsx";

type Mode = "line" | "ways" | "rename";

export function Row({ conversation }: { conversation: Conversation }) {
  const [mode, show] = useState<Mode>("line");
  const { id, title, updatedAt, serverOnly } = conversation;
  const isCurrent = currentId.value === id;
  const temporary = isTemporaryId(id);
  const name = title ?? t(temporary ? "app.temporary" : "app.chats.untitled");
  if (mode === "rename") return <Rename conversation={conversation} onDone={() => show("line")} />;
  return (
    <li class={isCurrent ? "row current" : "row"}>
      <div class="row-line">
        <button
          type="button"
          class="row-open"
          aria-current={isCurrent ? "true" : undefined}
          onClick={() => openConversation(id)}
        >
          <span class="row-title" dir="auto">
            {temporary && <Icon name="clock" />}
            {serverOnly && <Icon name="lock" />}
            {serverOnly && <span class="sr-only">{t("app.serverOnly")} </span>}
            {name}
          </span>
          <span class="row-date">{relativeDate(updatedAt, new Date())}</span>
        </button>
        <IconButton
          icon="more"
          class="row-more"
          label={t("app.chats.ways", { title: name })}
          expanded={mode === "ways"}
          onClick={() => show(mode === "ways" ? "line" : "ways")}
        />
      </div>
      {mode === "ways" && <Ways conversation={conversation} onMode={show} />}
    </li>
  );
}

function Ways({
  conversation,
  onMode,
}: {
  conversation: Conversation;
  onMode: (mode: Mode) => void;
}) {
  const { id, pinned, leafId } = conversation;
  const pin = (): void => {
    haptic("selection");
    onMode("line");
    void changeConversation(id, { pinned: !pinned });
  };
  const remove = async (): Promise<void> => {
    haptic("warning");
    await (isTemporaryId(id) ? closeTemporary(id) : deleteConversation(id));
  };
  return (
    <div class="row-ways">
      <TextButton onClick={pin}>
        <Icon name="pin" />
        {t(pinned ? "app.unpin" : "app.pin")}
      </TextButton>
      <TextButton onClick={() => onMode("rename")}>
        <Icon name="edit" />
        {t("app.rename")}
      </TextButton>
      {leafId && isOn("sharing") && !isTemporaryId(id) && (
        <TextButton
          onClick={() => openScreen({ name: "share", conversationId: id, lastId: leafId })}
        >
          <Icon name="share" />
          {t("app.share")}
        </TextButton>
      )}
      {!isTemporaryId(id) && (
        <TextButton onClick={() => void grantLook(id)}>
          <Icon name="search" />
          {t("app.look.grant")}
        </TextButton>
      )}
      <TextButton danger onClick={() => void remove()}>
        <Icon name="trash" />
        {t(isTemporaryId(id) ? "app.temporary.close" : "app.delete")}
      </TextButton>
    </div>
  );
}

const LONGEST_TITLE = 120;

function Rename({ conversation, onDone }: { conversation: Conversation; onDone: () => void }) {
  const { id } = conversation;
  const [before] = useState(conversation.title ?? "");
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.select(), []);
  const save = (event: Event): void => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const title = new FormData(form).get("title")?.toString().trim() ?? "";
    if (title && title !== before) void changeConversation(id, { title });
    onDone();
  };
  return (
    <li class="row">
      <form
        class="rename"
        aria-label={t("app.rename")}
        onSubmit={save}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          event.stopPropagation();
          onDone();
        }}
      >
        <input
          name="title"
          dir="auto"
          aria-label={t("app.rename.label")}
          maxLength={LONGEST_TITLE}
          defaultValue={before}
          ref={field}
        />
        <button type="submit" class="icon-button" aria-label={t("app.save")}>
          <Icon name="check" />
        </button>
      </form>
    </li>
  );
}
