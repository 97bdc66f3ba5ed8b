// How the next question is asked: for a task, with a search. The composer shows it and sends it.
import { computed, signal } from "@preact/signals";
import { language } from "../i18n.ts";
import { readyFiles } from "./attaching.ts";
import type { Card, Model } from "./model.ts";
import { activeModel, me, models, pickedModelId } from "./store.ts";

export interface How {
  readonly task?: string;
  readonly options?: Record<string, string>;
  readonly search?: boolean;
  readonly files?: readonly Card[];
}

/** The task that the next question is for, if it is not simply asked. */
export const pickedTask = signal<string | null>(null);

/** The language to translate into, by its code; empty is the reader's own. */
export const pickedTongue = signal("");

/** How a task is asked for; a translation's target has the name that models know it by. */
export function howTo(task: string): How {
  if (task !== "translate") return { task };
  const code = pickedTongue.value || language();
  return { task, options: { target: tongue(code, "en") } };
}

/** A language's name in a reader's language. */
export const tongue = (code: string, reader: string): string =>
  new Intl.DisplayNames([reader], { type: "language" }).of(code) ?? code;

const wantsSearch = signal(false);
const canSearch = (model: Model): boolean => model.capabilities.includes("search");

/** Whether there is anybody to search, and whether this person may have it. */
export const searchOffer = computed<"none" | "locked" | "open">(() => {
  const able = models.value.filter(canSearch);
  if (!able.length || !me.value) return "none";
  return me.value.plan.searches && able.some((model) => model.allowed) ? "open" : "locked";
});

export const searching = computed(() => {
  const model = activeModel.value;
  return wantsSearch.value && searchOffer.value === "open" && model !== null && canSearch(model);
});

/** Searches from the next question on, or no more; a model that cannot gives way to one that can. */
export function toggleSearch(): void {
  wantsSearch.value = !searching.value;
  if (!wantsSearch.value || searching.value) return;
  pickedModelId.value = models.value.find((model) => model.allowed && canSearch(model))?.id ?? null;
}

/** How the composer's text is to be asked now. */
export const nextHow = (): How => ({
  ...(pickedTask.value ? howTo(pickedTask.value) : {}),
  search: searching.value,
  files: readyFiles(),
});
