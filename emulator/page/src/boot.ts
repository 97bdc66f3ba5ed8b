// The data that the server put into the page: language, direction and texts. See emulator.html.j2.

interface Boot {
  language: string;
  dir: "ltr" | "rtl";
  languages: string[];
  messages: Record<string, string>;
}

function read(): Boot {
  const empty: Boot = { language: "en", dir: "ltr", languages: ["en"], messages: {} };
  if (typeof document === "undefined") return empty;
  const text = document.getElementById("boot")?.textContent;
  return text ? { ...empty, ...(JSON.parse(text) as Partial<Boot>) } : empty;
}

export const boot = read();

/** The text of a key with `{name}` placeholders filled in. */
export function t(key: string, values: Record<string, string | number> = {}): string {
  const text = boot.messages[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** Whether there is a text for a key. */
export const has = (key: string): boolean => key in boot.messages;

const stars = new Intl.NumberFormat(boot.language);

/** An amount of Stars in the page's language. */
export function starText(amount: number): string {
  return `${stars.format(amount)} ★`;
}

/** A time in the page's language; `how` as for Intl.DateTimeFormat. */
export function timeText(at: Date | number, how: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(boot.language, how).format(at);
}
