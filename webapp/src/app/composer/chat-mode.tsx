// The open chat's mode, above the text: temporary, or this server only. The cross turns it off, or
// closes the temporary chat permanently.
import { changeConversation, closeTemporary } from "../../actions/conversation-changes.ts";
import { confirm } from "../../bridge/dialogs.ts";
import { t } from "../../i18n/index.ts";
import { isServerOnly, isTemporary, nextServerOnly, nextTemporary } from "../../state/chat-mode.ts";
import { currentId } from "../../state/store.ts";
import { IconButton } from "../ui/controls.tsx";
import { Icon, type IconName } from "../ui/icons.tsx";
import { focusComposer } from "./composer-text.ts";

export function ChatMode() {
  return (
    <>
      {isTemporary.value && (
        <Mark
          icon="clock"
          name={t("app.temporary")}
          word={t("app.temporary.word")}
          drop={t(currentId.value ? "app.temporary.close" : "app.temporary.off")}
          onDrop={() => void endTemporary()}
        />
      )}
      {isServerOnly.value && (
        <Mark
          icon="lock"
          name={t("app.serverOnly")}
          word={t("app.serverOnly.word")}
          drop={t("app.serverOnly.off")}
          onDrop={() => void leaveServer()}
        />
      )}
    </>
  );
}

interface MarkProps {
  icon: IconName;
  name: string;
  word: string;
  drop: string;
  onDrop: () => void;
}

function Mark({ icon, name, word, drop, onDrop }: MarkProps) {
  return (
    <div class="picked-task chat-mode">
      <Icon name={icon} />
      <span>
        <strong>{name}</strong> <span class="mode-word">{word}</span>
      </span>
      <IconButton icon="close" label={drop} onClick={onDrop} />
    </div>
  );
}

async function endTemporary(): Promise<void> {
  const id = currentId.value;
  if (id) await closeTemporary(id);
  else nextTemporary.value = false;
  focusComposer();
}

/** The earlier messages may then be sent to other providers with the next question. */
export async function leaveServer(): Promise<void> {
  const id = currentId.value;
  if (!id) {
    nextServerOnly.value = false;
    return;
  }
  const sure = await confirm({
    title: t("app.serverOnly.off"),
    message: t("app.serverOnly.ask"),
    yes: t("app.serverOnly.off.yes"),
  }).catch(() => false);
  if (sure) await changeConversation(id, { serverOnly: false });
}
