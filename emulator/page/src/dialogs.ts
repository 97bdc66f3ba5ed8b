// Native dialogs over the phone: one is shown, the others wait. Each returns a promise.
import { signal } from "@preact/signals";
import type { InvoiceClosed } from "./world/actions.ts";
import type { InvoiceSheet } from "./world/types.ts";

export interface ChoiceButton {
  id: string;
  text: string;
  look?: "default" | "destructive" | "plain";
}

/** The properties and the result of each kind of dialog (null: dismissed). */
interface Kinds {
  choice: { props: { title: string; text: string; buttons: ChoiceButton[] }; result: string };
  prompt: { props: { title: string; text: string; value: string; ok: string }; result: string };
  scan: { props: { text: string; onText: (text: string) => void }; result: never };
  share: { props: { text: string; allowed: readonly string[] }; result: string };
  invoice: { props: { personId: number; sheet: InvoiceSheet }; result: InvoiceClosed };
}

export type DialogKind = keyof Kinds;
export type DialogProps<K extends DialogKind> = Kinds[K]["props"];

export type OpenDialog = {
  [K in DialogKind]: {
    key: number;
    kind: K;
    props: Kinds[K]["props"];
    done: (result: Kinds[K]["result"] | null) => void;
  };
}[DialogKind];

export const dialogs = signal<readonly OpenDialog[]>([]);
let keys = 0;

export interface DialogHandle<R> {
  answer: Promise<R | null>;
  /** Dismisses it from code. */
  close: () => void;
}

/** Opens a dialog after those that are already open. */
export function openDialog<K extends DialogKind>(
  kind: K,
  props: Kinds[K]["props"],
): DialogHandle<Kinds[K]["result"]> {
  keys += 1;
  const key = keys;
  let done: (result: Kinds[K]["result"] | null) => void = () => undefined;
  const answer = new Promise<Kinds[K]["result"] | null>((resolve) => {
    done = (result) => {
      dialogs.value = dialogs.value.filter((one) => one.key !== key);
      resolve(result);
    };
  });
  dialogs.value = [...dialogs.value, { key, kind, props, done } as unknown as OpenDialog];
  return { answer, close: () => done(null) };
}

/** Dismisses every dialog, for example when the person changes. */
export function dismissAll(): void {
  for (const dialog of dialogs.value) dialog.done(null);
}
