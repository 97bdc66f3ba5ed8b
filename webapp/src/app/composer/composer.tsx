// The composer. The server renders the same form, so typing works before this script has loaded.
// The textarea is never replaced, and an early press of the send button takes effect once possible.
import { useLayoutEffect, useRef } from "preact/hooks";
import { type DeferredActions, whenDeferred } from "../../actions/deferred-actions.ts";
import { services } from "../../actions/services.ts";
import { haptic } from "../../bridge/index.ts";
import { t } from "../../i18n/index.ts";
import { watchTexts } from "../../i18n/language.ts";
import { uploads } from "../../state/attachments.ts";
import { isServerOnly, isTemporary } from "../../state/chat-mode.ts";
import { modelLabel } from "../../state/model-label.ts";
import { openScreen } from "../../state/navigation.ts";
import { pickedTask } from "../../state/question-options.ts";
import { activeModel, busy, currentId } from "../../state/store.ts";
import { IconButton } from "../ui/controls.tsx";
import { deferredViews } from "../ui/deferred-views.ts";
import { Icon } from "../ui/icons.tsx";
import { scrollToEnd } from "../ui/scroll.ts";
import { growWithText, hasKeyboard } from "../ui/text-input.ts";
import {
  compose,
  composed,
  focusComposer,
  lengthOf,
  setComposerField,
  textLength,
  tooLong,
} from "./composer-text.ts";
import { SearchToggle } from "./search-toggle.tsx";

const SAVE_AFTER = 300;
let saving: ReturnType<typeof setTimeout> | undefined;

/** Saves the draft now. */
export function saveDraft(id: string | null = currentId.value): void {
  clearTimeout(saving);
  // Temporary chats are not stored on the device either.
  if (!isTemporary.value) services().drafts.write(id, composed());
}

function typed(event: Event): void {
  const field = event.currentTarget as HTMLTextAreaElement;
  growWithText(field);
  textLength.value = lengthOf(field.value);
  clearTimeout(saving);
  const id = currentId.value;
  saving = setTimeout(() => saveDraft(id), SAVE_AFTER);
}

/** Sends what is written, or stops the answer that is being written; until that can be done,
 *  the text stays where it is. */
export function submit(): void {
  whenDeferred(sendOrStop);
}

function sendOrStop({ sendMessage, stopAnswer }: DeferredActions): void {
  if (busy.value) {
    const returned = stopAnswer();
    if (returned && !composed()) compose(returned, hasKeyboard());
    return;
  }
  // The line under the field says why.
  if (tooLong.value) return;
  const text = composed().trim();
  const files = uploads.value.filter(({ failure }) => !failure);
  if (!text && !files.length) return focusComposer();
  compose("", false);
  saveDraft();
  uploads.value = [];
  sendMessage(text, undefined, undefined, files);
  pickedTask.value = null;
  scrollToEnd();
}

/** Pictures and files come from the clipboard too. */
function pasted(event: ClipboardEvent): void {
  const files = event.clipboardData?.files;
  if (!files?.length) return;
  event.preventDefault();
  whenDeferred(({ addFiles }) => addFiles(files));
}

function keyPressed(event: KeyboardEvent): void {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || !hasKeyboard()) return;
  event.preventDefault();
  // Enter never stops an answer: it is easily pressed by accident while typing.
  if (!busy.value) submit();
}

/** The text belongs to its conversation: it is stored and restored with it. */
function useDrafts(): void {
  const id = currentId.value;
  const shown = useRef<string | null | undefined>(undefined);
  useLayoutEffect(() => {
    const first = shown.current === undefined;
    if (!first && shown.current !== id) {
      saveDraft(shown.current ?? null);
      pickedTask.value = null;
    }
    const draft = services().drafts.read(id);
    // Text typed before the script was ready takes precedence over an older draft.
    if (!first || !composed()) compose(draft, false);
    else textLength.value = lengthOf(composed());
    shown.current = id;
  }, [id]);
}

export function Composer() {
  useDrafts();
  watchTexts();
  const does = busy.value ? "stop" : "send";
  const unsendable = tooLong.value && !busy.value;
  const task = pickedTask.value;
  const placeholder = t(task ? `app.task.${task}.hint` : "app.composer.placeholder");
  const pick = (): void => {
    haptic("selection");
    openScreen({ name: "models", use: "next" });
  };
  return (
    <form
      class="composer"
      id="composer"
      method="dialog"
      aria-label={t("app.composer.label")}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {(isTemporary.value || isServerOnly.value) && deferredViews.value && (
        <deferredViews.value.ChatMode />
      )}
      {task && deferredViews.value && <deferredViews.value.PickedTask />}
      {uploads.value.length > 0 && deferredViews.value && <deferredViews.value.Uploads />}
      <textarea
        class="composer-text"
        name="text"
        rows={1}
        dir="auto"
        enterkeyhint={hasKeyboard() ? "send" : "enter"}
        placeholder={placeholder}
        aria-label={placeholder}
        ref={setComposerField}
        onInput={typed}
        onKeyDown={keyPressed}
        onPaste={pasted}
      />
      {deferredViews.value && <deferredViews.value.TextLength />}
      <div class="composer-row">
        <IconButton
          icon="add"
          label={t("app.attach.title")}
          onClick={() => openScreen({ name: "attach" })}
        />
        <button
          type="button"
          class="model-pill"
          aria-haspopup="dialog"
          data-unknown={activeModel.value ? undefined : ""}
          onClick={pick}
        >
          <span class="sr-only">{t("app.models.button")}</span>
          <span dir="ltr">
            {activeModel.value ? modelLabel(activeModel.value.name) : t("app.models.any")}
          </span>
          <Icon name="chevron" />
        </button>
        <SearchToggle />
        {deferredViews.value && <deferredViews.value.Dictate />}
        <button
          type="submit"
          class={`send ${does}`}
          data-does={does}
          aria-disabled={unsendable || undefined}
          aria-describedby={unsendable ? "text-length" : undefined}
          aria-label={t(`app.composer.${does}`)}
        >
          <Icon name={does} />
        </button>
      </div>
    </form>
  );
}
