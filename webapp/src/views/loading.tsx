// What a screen shows of something that must be fetched first: a wait, or what went wrong.
import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { t } from "../i18n.ts";
import { attempt } from "../state/failure.ts";
import type { Failure } from "../state/model.ts";
import { Skeleton, Trouble, Way } from "./parts.tsx";

export interface Loading<T> {
  found: T | null;
  put: (found: T) => void;
  load: () => Promise<void>;
  /** To be shown while nothing was found. */
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
  const instead = failure
    ? <Trouble failure={failure}><Way onClick={() => void load()}>{t("app.retry")}</Way></Trouble>
    : <Skeleton lines={6} />;
  return { found, put, load, instead };
}
