// The options of the next question: its task, and whether to search.
import { computed, signal } from "@preact/signals";
import { language, tasks } from "../i18n/index.ts";
import type { Model, QuestionOptions } from "./model.ts";
import { activeModel, me, models, pickModel } from "./store.ts";

/** The task of the next question, if there is one. */
export const pickedTask = signal<string | null>(null);

/** The code of the language to translate into; empty is the reader's own. */
export const targetLanguage = signal("");

/** Whether a task takes a language, as translating does. */
export const takesLanguage = (task: string): boolean =>
  tasks().some(({ name, options }) => name === task && options.includes("target"));

/** A task's QuestionOptions. A translation's target is named in English, for the model. */
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

/** Whether searching is possible, and whether this person's plan includes it. */
export const searchOffer = computed<"none" | "locked" | "open">(() => {
  const able = models.value.filter(canSearch);
  if (!able.length || !me.value) return "none";
  return me.value.plan.searches && able.some((model) => model.allowed) ? "open" : "locked";
});

export const searching = computed(() => {
  const model = activeModel.value;
  return wantsSearch.value && searchOffer.value === "open" && model !== null && canSearch(model);
});

/** Turns searching on or off; a model that cannot search is replaced by one that can. */
export function toggleSearch(): void {
  wantsSearch.value = !searching.value;
  if (!wantsSearch.value || searching.value) return;
  pickModel(models.value.find((model) => model.allowed && canSearch(model))?.id ?? null);
}

/** The options for the composer's text now. */
export const nextOptions = (): QuestionOptions => ({
  ...(pickedTask.value ? taskOptions(pickedTask.value) : {}),
  search: searching.value,
});
