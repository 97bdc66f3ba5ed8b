// Texts in the reader's language. The server puts the catalogue's `app.*`, `error.*` (and, on
// the emulator page, `emulator.*`) texts into the page; nothing is fetched.

export type Values = Readonly<Record<string, string | number>>;
type Text = string | readonly string[];

export interface Boot {
  readonly language: string;
  readonly dir: "ltr" | "rtl";
  /** A text with plural forms is an array, in gettext's order. */
  readonly messages: Readonly<Record<string, Text>>;
  readonly version: string;
  /** The tasks that an empty chat offers, in their order. */
  readonly starters?: readonly Starter[];
  /** What the default model, a small one, answers well; only in the page. */
  readonly questions?: readonly string[];
  /** The tasks for a text; they load with the texts that are not in the page. */
  readonly tasks?: readonly Task[];
  /** The languages to choose from; they load with the tasks. */
  readonly languages?: readonly Language[];
}

/** A starter of an empty chat; its texts are `app.start.<name>.title` and `.word`. */
export interface Starter {
  readonly name: string;
  readonly icon: string;
}

/** A task that the server offers; its name is the text `app.task.<name>`. */
export interface Task {
  readonly name: string;
  /** Whether it applies to an existing text. */
  readonly inSheet: boolean;
  readonly options: readonly string[];
}

/** A language and its native name. */
export interface Language {
  readonly tag: string;
  readonly name: string;
}

let boot: Boot = { language: "en", dir: "ltr", messages: {}, version: "" };
let pluralForms: Intl.PluralRules = new Intl.PluralRules("en");

/** Reads the boot data that the server left in the page, and returns it. */
export function loadBoot(from: Document = document): Boot {
  const json = from.getElementById("boot")?.textContent;
  if (json) setBoot(JSON.parse(json) as Boot);
  return boot;
}

/** Uses the texts of `data` from now on. */
export function setBoot(data: Boot): void {
  boot = { ...boot, ...data };
  pluralForms = new Intl.PluralRules(data.language);
}

export const language = (): string => boot.language;

/** The text of `key` with `{name}` placeholders filled in; an unknown key shows as itself. */
export function t(key: string, values?: Values): string {
  const text = boot.messages[key];
  return fill((typeof text === "string" ? text : text?.[0]) || key, values);
}

/** The text of `key` in the plural form that `count` takes; `{count}` is filled in. */
export function plural(key: string, count: number, values?: Values): string {
  const text = boot.messages[key];
  const form =
    typeof text === "string" ? text : text?.[Math.min(formIndex(count), text.length - 1)];
  return fill(form || key, { count: formatNumber(count), ...values });
}

/** The tasks that an empty chat offers. */
export const starters = (): readonly Starter[] => boot.starters ?? [];

/** What a small default model answers well. */
export const questions = (): readonly string[] => boot.questions ?? [];

/** The tasks that the server offers, in its order. */
export const tasks = (): readonly Task[] => boot.tasks ?? [];

/** The languages to choose from. */
export const languages = (): readonly Language[] => boot.languages ?? [];

/** Whether there is a text for `key`. */
export const has = (key: string): boolean => key in boot.messages;

export const formatNumber = (value: number): string =>
  new Intl.NumberFormat(boot.language).format(value);

const CATEGORIES = ["zero", "one", "two", "few", "many", "other"];

/** gettext numbers a language's forms in the order of CLDR's categories. */
function formIndex(count: number): number {
  const known = pluralForms.resolvedOptions().pluralCategories;
  const ordered = CATEGORIES.filter((name) => known.some((category) => category === name));
  return ordered.indexOf(pluralForms.select(count));
}

function fill(text: string, values?: Values): string {
  if (!values) return text;
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
