// Short messages at the bottom of the phone, also for refused actions.
import { signal } from "@preact/signals";
import { t } from "./boot.ts";
import { ActionRefused } from "./world/actions.ts";

export const toast = signal<string | null>(null);
const SHOWN_MS = 3500;
let timer: ReturnType<typeof setTimeout> | undefined;

export function showToast(text: string): void {
  toast.value = text;
  clearTimeout(timer);
  timer = setTimeout(() => (toast.value = null), SHOWN_MS);
}

/** The result of `work`, or null after showing why the server refused it. */
export async function attempt<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof ActionRefused)) throw error;
    showToast(refusalText(error));
    return null;
  }
}

export function refusalText(error: ActionRefused): string {
  return error.reason === "NETWORK"
    ? t("toast.offline")
    : t("toast.refused", { reason: error.reason });
}
