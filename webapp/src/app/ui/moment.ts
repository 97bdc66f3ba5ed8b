// The time format of the first screen; other date formats load later (dates.ts).
import { language } from "../../i18n/index.ts";

/** "14:30" today, else the day with the time. */
export function moment(iso: string, now: Date): string {
  const date = new Date(iso);
  const time = { hour: "numeric", minute: "2-digit" } as const;
  const day = { day: "numeric", month: "short" } as const;
  const today = date.toDateString() === now.toDateString();
  return new Intl.DateTimeFormat(language(), today ? time : { ...day, ...time }).format(date);
}
