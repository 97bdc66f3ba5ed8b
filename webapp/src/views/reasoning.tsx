// The model's own thinking, folded away: it is long, and seldom what was asked for.
import { useComputed } from "@preact/signals";
import { t } from "../i18n.ts";
import { runOf } from "../state/store.ts";
import { Icon } from "./icons.tsx";

export function Reasoning({ runId }: { runId: string | null | undefined }) {
  const has = useComputed(() => Boolean(runOf(runId)?.reasoning));
  if (!has.value) return null;
  return (
    <details class="fold">
      <summary>
        {t("app.reasoning")}
        <Icon name="chevron" class="turns" />
      </summary>
      <Thoughts runId={runId} />
    </details>
  );
}

function Thoughts({ runId }: { runId: string | null | undefined }) {
  const text = useComputed(() => runOf(runId)?.reasoning ?? "");
  return <div class="fold-text" dir="auto">{text.value}</div>;
}
