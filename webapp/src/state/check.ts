// Applies a check's events to its state.
import type { Check, Claim } from "../api/index.ts";

export type CheckEvent =
  | { type: "start"; runId: string }
  | ({ type: "claim"; index: number } & Pick<Claim, "verdict" | "quote" | "url" | "link" | "title">)
  | { type: "end"; state: Check["state"]; costMicroDollars: number };

/** The check at the moment when checking the claims with these indexes begins. */
export function begun(check: Check, kept: readonly number[]): Check {
  const claims = check.claims.map((claim, index) => ({ ...claim, kept: kept.includes(index) }));
  return { ...check, state: "running", claims };
}

/** The check after an event. */
export function applied(check: Check, event: CheckEvent): Check {
  if (event.type === "end") return { ...check, state: event.state };
  if (event.type !== "claim") return check;
  const { index, verdict, quote, url, link, title } = event;
  const claims = check.claims.map((claim, at) =>
    at === index ? { ...claim, verdict, quote, url, link, title } : claim,
  );
  return { ...check, claims };
}

/** The index of the claim that is being checked now, or -1. */
export function current(check: Check): number {
  if (check.state !== "running") return -1;
  return check.claims.findIndex(({ kept, verdict }) => kept && verdict === null);
}
