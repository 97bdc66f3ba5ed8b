// Signals that survive a reload. If storage is blocked or full they are kept in memory.
import { effect, type Signal, signal } from "@preact/signals";

const PREFIX = "emulator.";

/** The stored value of `key`, or null; never throws. */
export function load(key: string): unknown {
  try {
    const text = localStorage.getItem(PREFIX + key);
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}

/** Stores a value under `key`; undefined removes it. Returns whether it is stored. */
export function save(key: string, value: unknown): boolean {
  try {
    if (value === undefined) localStorage.removeItem(PREFIX + key);
    else localStorage.setItem(PREFIX + key, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

/** A signal with the stored initial value, if `valid` accepts it, that stores each change. */
export function kept<T>(key: string, initial: T, valid: (value: unknown) => value is T): Signal<T> {
  const stored = load(key);
  const kept = signal(valid(stored) ? stored : initial);
  let first = true;
  effect(() => {
    const value = kept.value;
    if (!first) save(key, value);
    first = false;
  });
  return kept;
}

/** A check for one of a list of values. */
export function oneOf<T>(values: readonly T[]): (value: unknown) => value is T {
  return (value): value is T => values.includes(value as T);
}

export const isBoolean = (value: unknown): value is boolean => typeof value === "boolean";
export const isText = (value: unknown): value is string => typeof value === "string";
export const isNumber = (value: unknown): value is number =>
  typeof value === "number" && Number.isFinite(value);
