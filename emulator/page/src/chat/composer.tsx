// The composer: menu button, text, attachments and the reply keyboard.
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../boot.ts";
import { openApp } from "../frame/open.ts";
import { attempt } from "../toast.ts";
import { Icon } from "../views/icon.tsx";
import { act } from "../world/actions.ts";
import { myId } from "../world/live.ts";
import type { BotCommand } from "../world/telegram.ts";
import type { Chat } from "../world/types.ts";
import { AttachMenu } from "./attach.tsx";
import { CommandList, matching } from "./commands.tsx";
import {
  clearComposer,
  composerText,
  editing,
  focusComposer,
  quoted,
  replyingTo,
} from "./composer-state.ts";
import { InlineResults } from "./inline-results.tsx";
import { ReplyKeyboardView } from "./reply-keyboard.tsx";

export function Composer({ chat }: { chat: Chat }) {
  const { head } = chat;
  const [commandsOpen, setCommandsOpen] = useState(false);
  const [keyboardOpen, setKeyboardOpen] = useState(true);
  const keyboard = head.replyKeyboard?.keyboard ? head.replyKeyboard : null;
  useEffect(() => setKeyboardOpen(true), [keyboard]);
  const text = composerText.value;
  const offered = commandsOpen ? head.commands : matching(head.commands, text);
  return (
    <div class="composer-area">
      <CommandList
        commands={offered}
        choose={(command) => runCommand(command, () => setCommandsOpen(false))}
      />
      <InlineResults text={text} />
      <Context />
      <form class="composer" onSubmit={submit}>
        <MenuButton chat={chat} open={commandsOpen} toggle={() => setCommandsOpen(!commandsOpen)} />
        <TextField placeholder={head.replyKeyboard?.input_field_placeholder} />
        {keyboard && (
          <button
            type="button"
            class="icon-button"
            aria-label={t("chat.keyboard")}
            aria-expanded={keyboardOpen}
            onClick={() => setKeyboardOpen(!keyboardOpen)}
          >
            <Icon name={keyboardOpen ? "chevronDown" : "grid"} />
          </button>
        )}
        <AttachMenu />
        <button
          type="submit"
          class="icon-button send"
          aria-label={t("chat.send")}
          disabled={text.trim() === ""}
        >
          <Icon name={editing.value ? "check" : "send"} />
        </button>
      </form>
      {keyboard && keyboardOpen && (
        <ReplyKeyboardView
          keyboard={keyboard}
          onUsed={() => setKeyboardOpen(!keyboard.one_time_keyboard)}
        />
      )}
    </div>
  );
}

function MenuButton({ chat, open, toggle }: { chat: Chat; open: boolean; toggle: () => void }) {
  const { menuButton, commands } = chat.head;
  if (menuButton.type === "web_app") {
    return (
      <button type="button" class="menu-button" onClick={() => void openApp("menu")}>
        <Icon name="window" />
        <span>{menuButton.text}</span>
      </button>
    );
  }
  if (commands.length === 0) return null;
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={t("chat.commands")}
      aria-expanded={open}
      onClick={toggle}
    >
      <Icon name="list" />
    </button>
  );
}

function TextField({ placeholder }: { placeholder: string | undefined }) {
  const field = useRef<HTMLTextAreaElement>(null);
  const text = composerText.value;
  useEffect(() => {
    if (focusComposer.value > 0) field.current?.focus();
  }, [focusComposer.value]);
  useEffect(() => {
    const element = field.current;
    if (!element) return;
    element.style.height = "auto";
    element.style.height = `${Math.min(element.scrollHeight, 140)}px`;
  }, [text]);
  return (
    <textarea
      ref={field}
      rows={1}
      dir="auto"
      value={text}
      placeholder={placeholder || t("chat.placeholder")}
      aria-label={t("chat.placeholder")}
      onInput={(event) => (composerText.value = event.currentTarget.value)}
      onKeyDown={keyDown}
    />
  );
}

function keyDown(event: KeyboardEvent): void {
  if (event.key === "Escape") clearComposer();
  // With an input method Enter chooses a word and does not send.
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) void submit(event);
}

async function submit(event: Event): Promise<void> {
  event.preventDefault();
  const text = composerText.value;
  if (text.trim() === "") return;
  const personId = myId.value;
  const edited = editing.value;
  const answered = replyingTo.value;
  const quote = quoted.value ? { quote: quoted.value } : {};
  clearComposer();
  const replyTo = answered ? { replyTo: answered.id, ...quote } : {};
  const done = edited
    ? act({ type: "editText", personId, messageId: edited.id, text })
    : act({ type: "sendText", personId, text, ...replyTo });
  const sent = await attempt(done.then(() => true));
  if (sent === null && composerText.value === "") composerText.value = text;
}

function runCommand(command: BotCommand, close: () => void): void {
  close();
  clearComposer();
  void attempt(act({ type: "sendText", personId: myId.value, text: `/${command.command}` }));
}

/** The message that is answered or edited. */
function Context() {
  const entry = editing.value ?? replyingTo.value;
  if (!entry) return null;
  const whole = entry.message.text ?? entry.message.caption ?? t("chat.message");
  const text = quoted.value || whole;
  return (
    <div class="composer-context">
      <Icon name={editing.value ? "edit" : "reply"} />
      <div>
        <strong>{t(editing.value ? "chat.editing" : "chat.replying")}</strong>
        <span dir="auto">{text}</span>
      </div>
      <button
        type="button"
        class="icon-button"
        aria-label={t("dialog.cancel")}
        onClick={clearComposer}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}
