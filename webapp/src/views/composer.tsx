// The composer. The server renders the same form, so that typing works before this script does;
// the textarea is never replaced, and a send pressed too early happens as soon as it can.
import { useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../i18n.ts";
import { haptic } from "../bridge/index.ts";
import { whenAsking, type Asking } from "../state/actions/later.ts";
import { pickedTask } from "../state/asking.ts";
import { addFiles, picked, readyFiles, sentFiles, uploading } from "../state/attaching.ts";
import { open } from "../state/nav.ts";
import { activeModel, busy, currentId } from "../state/store.ts";
import { tools } from "../state/tools.ts";
import { compose, composed, fit, focusComposer, hasDraft, hasKeyboard, useField } from "./compose.ts";
import { holdEnd } from "./follow.ts";
import { Icon } from "./icons.tsx";
import { useTexts } from "./language.ts";
import { rest } from "./lazy.ts";
import { IconButton } from "./parts.tsx";
import { SearchToggle } from "./search-toggle.tsx";

const SAVE_AFTER = 300;
let saving: ReturnType<typeof setTimeout> | undefined;

/** Writes the draft down now. */
export function saveDraft(id: string | null = currentId.value): void {
  clearTimeout(saving);
  tools().drafts.write(id, composed());
}

function typed(event: Event): void {
  const field = event.currentTarget as HTMLTextAreaElement;
  fit(field);
  hasDraft.value = field.value.trim() !== "";
  clearTimeout(saving);
  const id = currentId.value;
  saving = setTimeout(() => saveDraft(id), SAVE_AFTER);
}

/** Sends what is written, or stops the answer that is being written; until that can be done,
 *  the text stays where it is. */
export function submit(): void {
  whenAsking(sendOrStop);
}

function sendOrStop({ send, stop }: Asking): void {
  if (busy.value) {
    const returned = stop();
    if (returned && !composed()) compose(returned, hasKeyboard());
    return;
  }
  const text = composed().trim();
  // What is on its way belongs to the question: it is waited for.
  if (uploading.value) return;
  if (!text && !readyFiles().length) return focusComposer();
  compose("", false);
  saveDraft();
  send(text);
  sentFiles();
  pickedTask.value = null;
  holdEnd();
}

/** Pictures and files come from the clipboard too. */
function pasted(event: ClipboardEvent): void {
  const files = event.clipboardData?.files;
  if (!files?.length) return;
  event.preventDefault();
  addFiles(files);
}

function keyPressed(event: KeyboardEvent): void {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || !hasKeyboard()) return;
  event.preventDefault();
  // Enter never stops an answer: it is too easily pressed while writing on.
  if (!busy.value) submit();
}

/** The text belongs to its conversation: it is put away and taken out with it. */
function useDrafts(): void {
  const id = currentId.value;
  const shown = useRef<string | null | undefined>(undefined);
  useLayoutEffect(() => {
    const first = shown.current === undefined;
    if (!first && shown.current !== id) {
      saveDraft(shown.current ?? null);
      pickedTask.value = null;
    }
    const draft = tools().drafts.read(id);
    // What was typed before the script came wins over an older draft.
    if (!first || !composed()) compose(draft, false);
    else hasDraft.value = true;
    shown.current = id;
  }, [id]);
}

export function Composer() {
  useDrafts();
  useTexts();
  const does = busy.value ? "stop" : "send";
  const task = pickedTask.value;
  const placeholder = t(task ? `app.task.${task}.hint` : "app.composer.placeholder");
  const pick = (): void => {
    haptic("selection");
    open({ name: "models", use: "next" });
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
      {task && rest.value && <rest.value.PickedTask />}
      {picked.value.length > 0 && rest.value && <rest.value.PickedFiles />}
      <textarea
        class="composer-text"
        name="text"
        rows={1}
        dir="auto"
        enterkeyhint={hasKeyboard() ? "send" : "enter"}
        placeholder={placeholder}
        aria-label={placeholder}
        ref={useField}
        onInput={typed}
        onKeyDown={keyPressed}
        onPaste={pasted}
      />
      <div class="composer-row">
        <IconButton icon="add" label={t("app.attach.title")} onClick={() => open({ name: "attach" })} />
        <button type="button" class="model-pill" aria-haspopup="dialog" data-unknown={activeModel.value ? undefined : ""} onClick={pick}>
          <span class="sr-only">{t("app.models.button")}</span>
          <span>{activeModel.value?.name ?? t("app.models.any")}</span>
          <Icon name="chevron" />
        </button>
        <SearchToggle />
        <button
          type="submit"
          class={`send ${does}`}
          data-does={does}
          aria-label={t(`app.composer.${does}`)}
        >
          <Icon name={does} />
        </button>
      </div>
    </form>
  );
}
