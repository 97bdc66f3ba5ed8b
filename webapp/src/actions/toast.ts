// Toasts: failures without a place on the screen, and actions that can be undone.
import { signal } from "@preact/signals";
import { t } from "../i18n/index.ts";
import type { Failure } from "../state/model.ts";
import { announcement } from "../state/store.ts";

interface Toast {
  readonly words: string;
  readonly undo?: () => Promise<void>;
}

export const toast = signal<Toast | null>(null);

const SHOWN = 6_000;
/** The server allows undoing for ten seconds, which began before its answer arrived. */
const UNDO_SHOWN = 9_000;
let timer: ReturnType<typeof setTimeout> | undefined;

export function showToast(message: Pick<Failure, "title" | "detail">): void {
  show({ words: `${message.title}. ${message.detail}` }, SHOWN);
}

/** Shows what was done, or what to do next. */
export function showNotice(words: string): void {
  show({ words }, SHOWN);
}

/** Shows what was done, with an undo button. */
export function offerUndo(words: string, undo: () => Promise<void>): void {
  show({ words, undo }, UNDO_SHOWN);
  announcement.value = `${words} ${t("app.undo.word")}`;
}

export function dismissToast(): void {
  clearTimeout(timer);
  toast.value = null;
}

function show(shown: Toast, milliseconds: number): void {
  clearTimeout(timer);
  toast.value = shown;
  announcement.value = shown.words;
  timer = setTimeout(dismissToast, milliseconds);
}
