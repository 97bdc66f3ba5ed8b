// A model's thinking and tool use. While it thinks, its newest words are shown in one line;
// afterwards all of it is folded and can be opened.
import { useEffect, useState } from "preact/hooks";
import { plural, t } from "../../i18n/index.ts";
import type { ChatMessage, Run } from "../../state/model.ts";
import { runOf } from "../../state/store.ts";
import { Icon } from "../ui/icons.tsx";
import { useSelect } from "../ui/use-select.ts";
import { activityWords } from "./status.tsx";

/** Whether the run is thinking in words that can be shown. */
export const isThinking = (run: Run | undefined): boolean =>
  run?.phase === "thinking" && run.reasoning !== "" && run.activities.every(({ done }) => done);

export function Thought({ message }: { message: ChatMessage }) {
  const { runId, thinking } = message;
  const live = useSelect(() => isThinking(runOf(runId)), [runId]);
  const has = useSelect(() => {
    const run = runOf(runId);
    return Boolean(run?.reasoning || run?.activities.length || thinking);
  }, [runId, thinking]);
  if (!has) return null;
  return (
    <details class={live ? "fold thought live" : "fold thought"}>
      <summary>
        {live ? <Preview runId={runId} /> : <Title message={message} />}
        <Icon name="chevron" class="turns" />
      </summary>
      <Words message={message} />
    </details>
  );
}

/** "Thinking · 6 s", and under it the newest words. */
function Preview({ runId }: { runId: string | null | undefined }) {
  const [seconds, count] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => count((before) => before + 1), 1_000);
    return () => clearInterval(timer);
  }, []);
  const line = useSelect(() => newest(runOf(runId)?.reasoning ?? ""), [runId]);
  return (
    <span class="thought-preview">
      <span class="status">
        <span class="pulse" />
        {t("app.answer.thinking")}
        {seconds > 0 && <span class="thought-time">{plural("app.thought.so_far", seconds)}</span>}
      </span>
      <span class="thought-line" dir="auto">
        {line}
      </span>
    </span>
  );
}

/** The end of the last line, which is the current thought. */
const newest = (text: string): string => (text.trimEnd().split("\n").at(-1) ?? "").slice(-160);

/** "Thought for 6 s"; without a duration if this device did not watch the run. */
function Title({ message: { runId, thinking } }: { message: ChatMessage }) {
  const seconds = useSelect(() => {
    const { thoughtFrom = 0, thoughtTo = 0 } = runOf(runId) ?? {};
    return Math.round((thoughtTo - thoughtFrom) / 1_000) || (thinking?.seconds ?? 0);
  }, [runId, thinking]);
  return <span>{seconds > 0 ? plural("app.thought", seconds) : t("app.thought.unknown")}</span>;
}

function Words({ message: { runId, thinking } }: { message: ChatMessage }) {
  const run = useSelect(() => runOf(runId), [runId]);
  const activities = run?.activities.length ? run.activities : (thinking?.steps ?? []);
  const text = run?.reasoning || thinking?.text;
  return (
    <div class="fold-text" dir="auto">
      {activities.map(({ tool, query }, at) => (
        <p class="thought-activity" key={at}>
          {activityWords({ tool, query, done: true })}
        </p>
      ))}
      {text}
    </div>
  );
}
