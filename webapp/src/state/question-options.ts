// How the next question is asked: for a task, with a search. The composer shows it and sends it.
import { computed, signal } from "@preact/signals";
import { language, tasks } from "../i18n/index.ts";
import type { Model, QuestionOptions } from "./model.ts";
import { activeModel, me, models, pickedModelId } from "./store.ts";

/** The task that the next question is for, if it is not simply asked. */
export const pickedTask = signal<string | null>(null);

/** The language to translate into, by its code; empty is the reader's own. */
export const targetLanguage = signal("");

/** Whether a task is for a language, as a translation is. */
export const takesLanguage = (task: string): boolean =>
  tasks().some(({ name, options }) => name === task && options.includes("target"));

/** QuestionOptions a task is asked for; a translation's target has the name that models know it by. */
export function taskOptions(task: string): QuestionOptions {
  if (!takesLanguage(task)) return { task };
  const code = targetLanguage.value || language();
  return { task, options: { target: languageName(code, "en") } };
}

/** A language's name in a reader's language. */
export const languageName = (code: string, reader: string): string =>
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
export const nextOptions = (): QuestionOptions => ({
  ...(pickedTask.value ? taskOptions(pickedTask.value) : {}),
  search: searching.value,
});
