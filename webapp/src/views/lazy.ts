// Fetches the rest of the views, once; whoever reads the signal is drawn again when it is here.
import { signal } from "@preact/signals";

export type Rest = typeof import("./rest.tsx");

export const rest = signal<Rest | null>(null);

const PATIENCE = 3_000;

/** Tries until it is here: without a network this waits for one. */
export async function loadRest(): Promise<void> {
  try {
    rest.value = await import("./rest.tsx");
  } catch {
    setTimeout(() => void loadRest(), PATIENCE);
  }
}
