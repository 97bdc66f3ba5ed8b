// The two storages on the device, as pure functions over plain records.

export type Items = Readonly<Record<string, string>>;

export interface StoreLimits {
  mostItems: number;
  mostBytes: number;
}

/** Limits of core.telegram.org/api/web-events: 5 MB per person and bot; 10 items. */
export const DEVICE_LIMITS: StoreLimits = { mostItems: Infinity, mostBytes: 5 * 1024 * 1024 };
export const SECURE_LIMITS: StoreLimits = { mostItems: 10, mostBytes: Infinity };

export type StoreError = "KEY_INVALID" | "VALUE_INVALID" | "QUOTA_EXCEEDED";

export interface Changed {
  items?: Items;
  error?: StoreError;
}

/** `items` with `key` set to `value`, or without it if the value is null. */
export function withKey(items: Items, key: unknown, value: unknown, limits: StoreLimits): Changed {
  if (!isKey(key)) return { error: "KEY_INVALID" };
  if (value === null || value === undefined) return { items: without(items, key) };
  if (typeof value !== "string") return { error: "VALUE_INVALID" };
  const next = { ...items, [key]: value };
  const fits = Object.keys(next).length <= limits.mostItems && bytes(next) <= limits.mostBytes;
  return fits ? { items: next } : { error: "QUOTA_EXCEEDED" };
}

export function isKey(key: unknown): key is string {
  return typeof key === "string" && key !== "";
}

/** The value of `key`, also if the key is a name that every object has. */
export function storedValue(items: Items, key: string): string | null {
  return Object.hasOwn(items, key) ? (items[key] ?? null) : null;
}

export function without(items: Items, key: string): Items {
  return Object.fromEntries(Object.entries(items).filter(([name]) => name !== key));
}

function bytes(items: Items): number {
  const encoder = new TextEncoder();
  const size = (text: string) => encoder.encode(text).length;
  return Object.entries(items).reduce((sum, [key, value]) => sum + size(key) + size(value), 0);
}
