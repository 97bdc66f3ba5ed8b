// Selects from the state: the component renders again only when its selection changes.
import { computed } from "@preact/signals";
import { useMemo } from "preact/hooks";

/** The current result of `select`; `inputs` are its other dependencies. */
export function useSelect<T>(select: () => T, inputs: readonly unknown[]): T {
  return useMemo(() => computed(select), inputs).value;
}
