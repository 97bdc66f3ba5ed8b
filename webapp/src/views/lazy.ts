// Fetches the rest of the views, once; whoever reads the signal is drawn again when it is here.
import { signal } from "@preact/signals";
import { provideReader } from "../stream/later.ts";

export type Rest = typeof import("./rest.tsx");

export const rest = signal<Rest | null>(null);

const PATIENCE = 3_000;

/** Tries until it is here: without a network this waits for one. */
export async function loadRest(): Promise<void> {
  try {
    const loaded = await import("./rest.tsx");
    provideReader(loaded.readRun);
    rest.value = loaded;
  } catch {
    setTimeout(() => void loadRest(), PATIENCE);
  }
}
