// The state of a screen's data while loading: a placeholder, or the failure.
import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { t } from "../../i18n/index.ts";
import { attempt } from "../../state/failure.ts";
import type { Failure } from "../../state/model.ts";
import { Problem, Skeleton, TextButton } from "./controls.tsx";

export interface Loading<T> {
  found: T | null;
  put: (found: T) => void;
  load: () => Promise<void>;
  /** Shown if there is no data. */
  instead: VNode;
}

export function useLoading<T>(ask: () => Promise<T>): Loading<T> {
  const [found, put] = useState<T | null>(null);
  const [failure, tell] = useState<Failure | null>(null);
  const load = async (): Promise<void> => {
    tell(null);
    const asked = await attempt(ask, tell);
    if (asked) put(asked);
  };
  useEffect(() => void load(), []);
  const instead = failure ? (
    <Problem failure={failure}>
      <TextButton onClick={() => void load()}>{t("app.retry")}</TextButton>
    </Problem>
  ) : (
    <Skeleton lines={6} />
  );
  return { found, put, load, instead };
}
