// The model's own thinking, folded away: it is long, and seldom what was asked for.
import { t } from "../i18n.ts";
import { runOf } from "../state/store.ts";
import { Icon } from "./icons.tsx";
import { useSelect } from "./use-select.ts";

export function Reasoning({ runId }: { runId: string | null | undefined }) {
  const has = useSelect(() => Boolean(runOf(runId)?.reasoning), [runId]);
  if (!has) return null;
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
  const text = useSelect(() => runOf(runId)?.reasoning ?? "", [runId]);
  return <div class="fold-text" dir="auto">{text}</div>;
}
