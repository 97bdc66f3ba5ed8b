// A component's own selection from the state: it renders again only when the selection changes.
import { computed } from "@preact/signals";
import { useMemo } from "preact/hooks";

/** What `select` reads now; `inputs` are what else it depends on. */
export function useSelect<T>(select: () => T, inputs: readonly unknown[]): T {
  return useMemo(() => computed(select), inputs).value;
}
