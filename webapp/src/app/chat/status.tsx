// An answer's status before its text arrives: waiting, thinking, searching. Shown as soon as the
// question is sent.
import { formatNumber, has, t } from "../../i18n/index.ts";
import type { Activity, Run } from "../../state/model.ts";
import { runOf } from "../../state/store.ts";
import { useSelect } from "../ui/use-select.ts";

const searches = (tool: string): boolean => /search|browse/.test(tool);

/** "Searching the web: tides in Lisbon". */
export function activityWords({ tool, query }: Activity): string {
  const key = searches(tool) ? "app.activity.search" : `app.activity.${tool}`;
  const known = has(key) ? key : "app.activity.other";
  return query ? t("app.activity.with", { what: t(known), query }) : t(known);
}

function words(run: Run | undefined): string | null {
  if (!run) return t("app.answer.thinking");
  if (run.phase === "queued")
    return t("app.answer.queued", { place: formatNumber(run.place ?? 1) });
  const active = run.activities.filter((activity) => !activity.done).at(-1);
  if (active) return activityWords(active);
  // Reasoning text is shown separately (thought.tsx).
  return run.text || run.reasoning || run.phase === "ended" ? null : t("app.answer.thinking");
}

export function Status({ runId }: { runId: string | null | undefined }) {
  const shown = useSelect(() => words(runOf(runId)), [runId]);
  if (shown === null) return null;
  return (
    <p class="status">
      <span class="pulse" />
      <span dir="auto">{shown}</span>
    </p>
  );
}
