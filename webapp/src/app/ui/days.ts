// Weekdays and times of day in the reader's language. Weekdays have ISO's numbers, Monday 1.
import { language, t } from "../../i18n/index.ts";

const EVERY = "1234567";
const WORKDAYS = "12345";

/** A weekday's name; 5 January 1970 was a Monday. */
function dayName(day: number): string {
  const format = new Intl.DateTimeFormat(language(), { weekday: "long", timeZone: "UTC" });
  return format.format(Date.UTC(1970, 0, 4 + day));
}

/** What can be chosen: the days' numbers one after the other, and their name. */
export const dayChoices = (): [string, string][] => [
  [EVERY, t("app.schedules.every")],
  [WORKDAYS, t("app.schedules.workdays")],
  ...[...EVERY].map((day): [string, string] => [day, dayName(Number(day))]),
];

/** "Every day", "Monday to Friday", or the days by their names. */
export function daysName(days: readonly number[]): string {
  const known = dayChoices().find(([value]) => value === days.join(""));
  return known ? known[1] : days.map(dayName).join(", ");
}

/** "8:00 AM" or "08:00", of minutes since midnight. */
export function timeName(minute: number): string {
  const format = { hour: "numeric", minute: "2-digit", timeZone: "UTC" } as const;
  return new Intl.DateTimeFormat(language(), format).format(minute * 60_000);
}
