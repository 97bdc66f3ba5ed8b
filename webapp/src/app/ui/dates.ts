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

/** As short as in a list of chats: "14:05" today, "Mon" in the last week, then "3 Nov". */
export function listTime(iso: string, now: Date): string {
  const date = new Date(iso);
  const days = daysBetween(date, now);
  const day = { day: "numeric", month: "short" } as const;
  const form: Intl.DateTimeFormatOptions =
    days < 1
      ? { hour: "numeric", minute: "2-digit" }
      : days < 7
        ? { weekday: "short" }
        : date.getFullYear() === now.getFullYear()
          ? day
          : { ...day, year: "numeric" };
  return new Intl.DateTimeFormat(language(), form).format(date);
}

/** How many of the reader's midnights lie between; never negative. */
export const daysBetween = (date: Date, now: Date): number =>
  Math.max(0, Math.round((midnight(now) - midnight(date)) / (DAY * 1_000)));

/** The beginning of the reader's day. Rounded days between two, as some have 23 or 25 hours. */
const midnight = (date: Date): number =>
  new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();

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
