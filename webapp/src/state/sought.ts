// What a search of the list looked for, until the conversation that was found shows it.
import { signal } from "@preact/signals";

export interface Sought {
  readonly id: string;
  readonly words: string;
}

export const sought = signal<Sought | null>(null);
