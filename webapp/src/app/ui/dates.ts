// Dates in the app's language.
import { language } from "../../i18n/index.ts";

const MINUTE = 60;
const HOUR = 3_600;
const DAY = 86_400;

/** "now", "5 minutes ago", "yesterday"; from a week on the day itself. */
export function relativeDate(iso: string, now: Date): string {
  const seconds = Math.max(0, (now.getTime() - Date.parse(iso)) / 1_000);
  const words = new Intl.RelativeTimeFormat(language(), { numeric: "auto" });
  if (seconds < MINUTE) return words.format(0, "second");
  if (seconds < HOUR) return words.format(-Math.floor(seconds / MINUTE), "minute");
  if (seconds < DAY) return words.format(-Math.floor(seconds / HOUR), "hour");
  if (seconds < 7 * DAY) return words.format(-Math.floor(seconds / DAY), "day");
  return shortDate(iso, now);
}

/** "3 November", with the year if it is another one. */
export function shortDate(iso: string, now: Date): string {
  const date = new Date(iso);
  const year = date.getFullYear() === now.getFullYear() ? {} : { year: "numeric" as const };
  return whole(
    new Intl.DateTimeFormat(language(), { day: "numeric", month: "long", ...year }),
    date,
  );
}

/** A day and its month stay in one line. */
const whole = (format: Intl.DateTimeFormat, date: Date): string =>
  format.format(date).replace(/ (?=\d{1,2}\b)|\b(\d{1,2}\.?) /, "$1\u00a0");

export const dateOrNothing = (iso: string | null): string =>
  iso ? shortDate(iso, new Date()) : "";

/** "3 November": a day or moment that the server counts in UTC must not slip into another day. */
export const utcDay = (iso: string): string =>
  new Intl.DateTimeFormat(language(), { day: "numeric", month: "long", timeZone: "UTC" }).format(
    new Date(iso),
  );
