// One conversation in the list, with its last message: open, pin, rename in place, delete.
import { useEffect, useRef, useState } from "preact/hooks";
import {
  changeConversation,
  closeTemporary,
  deleteConversation,
  moveToFolder,
} from "../../actions/conversation-changes.ts";
import { openConversation } from "../../actions/conversations.ts";
import { grantLook } from "../../actions/looks.ts";
import { haptic } from "../../bridge/index.ts";
import { t } from "../../i18n/index.ts";
import { isTemporaryId } from "../../state/chat-mode.ts";
import { folders } from "../../state/folders.ts";
import type { Conversation } from "../../state/model.ts";
import { openScreen } from "../../state/navigation.ts";
import { firstQuestion } from "../../state/shown-conversations.ts";
import { currentId, isOn, threads } from "../../state/store.ts";
import { IconButton, TextButton } from "../ui/controls.tsx";
import { listTime } from "../ui/dates.ts";
import { Icon } from "../ui/icons.tsx";
import { useSelect } from "../ui/use-select.ts";
import { Preview } from "./preview.tsx";
import { useSwipe } from "./use-swipe.ts";

type Mode = "line" | "ways" | "rename" | "folder";

export function Row({ conversation }: { conversation: Conversation }) {
  const [mode, show] = useState<Mode>("line");
  const { id, title, updatedAt, serverOnly } = conversation;
  const isCurrent = useSelect(() => currentId.value === id, [id]);
  const temporary = isTemporaryId(id);
  // Waiting for the network, or while the first answer is being written.
  const asked = useSelect(() => (title ? "" : firstQuestion(threads.value[id])), [id, title]);
  const unnamed = temporary ? t("app.temporary") : asked || t("app.chats.untitled");
  const name = title ?? unnamed;
  const done = (): void => show("line");
  const { way, handlers } = useSwipe({
    start: () => void remove(conversation),
    end: () => pin(conversation),
  });
  if (mode === "rename") return <Rename conversation={conversation} onDone={done} />;
  if (mode === "folder") return <IntoFolder conversation={conversation} onDone={done} />;
  return (
    <li class={isCurrent ? "row current" : "row"}>
      {way && (
        <span class={way === "start" ? "row-under removes" : "row-under"}>
          <Icon name={way === "start" ? "trash" : "pin"} />
        </span>
      )}
      <div class="row-line" {...handlers}>
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
          <Preview conversation={conversation} isCurrent={isCurrent} />
          <span class="row-time">{listTime(updatedAt, new Date())}</span>
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

function pin({ id, pinned }: Conversation): void {
  haptic("selection");
  void changeConversation(id, { pinned: !pinned });
}

async function remove({ id }: Conversation): Promise<void> {
  haptic("warning");
  await (isTemporaryId(id) ? closeTemporary(id) : deleteConversation(id));
}

function Ways({
  conversation,
  onMode,
}: {
  conversation: Conversation;
  onMode: (mode: Mode) => void;
}) {
  const { id, pinned, leafId } = conversation;
  return (
    <div class="row-ways">
      <TextButton
        onClick={() => {
          onMode("line");
          pin(conversation);
        }}
      >
        <Icon name="pin" />
        {t(pinned ? "app.unpin" : "app.pin")}
      </TextButton>
      <TextButton onClick={() => onMode("rename")}>
        <Icon name="edit" />
        {t("app.rename")}
      </TextButton>
      {!isTemporaryId(id) && (
        <TextButton onClick={() => onMode("folder")}>
          <Icon name="folder" />
          {t("app.folder")}
        </TextButton>
      )}
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
      <TextButton danger onClick={() => void remove(conversation)}>
        <Icon name="trash" />
        {t(isTemporaryId(id) ? "app.temporary.close" : "app.delete")}
      </TextButton>
    </div>
  );
}

const LONGEST_TITLE = 120;
const LONGEST_FOLDER = 40;

interface ChangeProps {
  conversation: Conversation;
  onDone: () => void;
}

function Rename({ conversation, onDone }: ChangeProps) {
  const { id, title } = conversation;
  const save = (title: string): unknown => title && changeConversation(id, { title });
  return (
    <Naming
      name={t("app.rename")}
      label={t("app.rename.label")}
      longest={LONGEST_TITLE}
      from={title ?? ""}
      onSave={save}
      onDone={onDone}
    />
  );
}

function IntoFolder({ conversation, onDone }: ChangeProps) {
  const { id, folder } = conversation;
  return (
    <Naming
      name={t("app.folder")}
      label={t("app.folder.label")}
      longest={LONGEST_FOLDER}
      from={folder ?? ""}
      offers={folders.value}
      onSave={(name) => moveToFolder(id, name)}
      onDone={onDone}
    />
  );
}

interface NamingProps {
  name: string;
  label: string;
  longest: number;
  from: string;
  /** Suggestions while typing. */
  offers?: readonly string[];
  /** Called if the name differs from `from`. */
  onSave: (name: string) => unknown;
  onDone: () => void;
}

/** A row's one field, in the row's place. */
function Naming({ name, label, longest, from, offers = [], onSave, onDone }: NamingProps) {
  const [before] = useState(from);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.select(), []);
  const save = (event: Event): void => {
    event.preventDefault();
    const given = field.current?.value.trim() ?? "";
    if (given !== before) void onSave(given);
    onDone();
  };
  return (
    <li class="row">
      <form
        class="rename"
        aria-label={name}
        onSubmit={save}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          event.stopPropagation();
          onDone();
        }}
      >
        <input
          name="name"
          dir="auto"
          list="offers"
          aria-label={label}
          placeholder={label}
          maxLength={longest}
          defaultValue={before}
          autocomplete="off"
          ref={field}
        />
        <datalist id="offers">
          {offers.map((offer) => (
            <option key={offer} value={offer} />
          ))}
        </datalist>
        <button type="submit" class="icon-button" aria-label={t("app.save")}>
          <Icon name="check" />
        </button>
      </form>
    </li>
  );
}
