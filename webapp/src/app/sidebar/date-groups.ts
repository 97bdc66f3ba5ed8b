// The list's groups by day: today, yesterday, the last seven days, then months.
import { language, t } from "../../i18n/index.ts";
import { daysBetween } from "../ui/dates.ts";

/** Ids, newest first, by the names of their days. `changedAt` gives an id's last change. */
export function dateGroups(
  ids: readonly string[],
  changedAt: (id: string) => string,
  now: Date,
): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const id of ids) {
    const title = groupTitle(new Date(changedAt(id)), now);
    const group = groups.get(title);
    if (group) group.push(id);
    else groups.set(title, [id]);
  }
  return groups;
}

function groupTitle(date: Date, now: Date): string {
  const days = daysBetween(date, now);
  if (days < 2) {
    const words = new Intl.RelativeTimeFormat(language(), { numeric: "auto" });
    return words.format(-days, "day");
  }
  if (days < 8) return t("app.chats.week");
  const year = date.getFullYear() === now.getFullYear() ? undefined : "numeric";
  return new Intl.DateTimeFormat(language(), { month: "long", year }).format(date);
}
