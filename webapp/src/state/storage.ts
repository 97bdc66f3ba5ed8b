// Safe access to the browser's storages: in a cross-site frame with storage blocked every access
// throws, and a full disk throws on writing. Losing stored values must not break the chat.

export interface Store {
  read(key: string): string | null;
  write(key: string, value: string | null): void;
}

function guarded(storage: () => Storage): Store {
  return {
    read(key) {
      try {
        return storage().getItem(key);
      } catch {
        return null;
      }
    },
    write(key, value) {
      try {
        if (value === null) storage().removeItem(key);
        else storage().setItem(key, value);
      } catch {
        // Blocked or full: the value is kept as long as the page.
      }
    },
  };
}

/** The device's store. */
export const browserStore = guarded(() => localStorage);
/** The tab's store, which survives reloads. */
export const tabStore = guarded(() => sessionStorage);

/** A store in memory, for tests. */
export function memoryStore(): Store {
  const values = new Map<string, string>();
  return {
    read: (key) => values.get(key) ?? null,
    write: (key, value) => {
      if (value === null) values.delete(key);
      else values.set(key, value);
    },
  };
}

/** JSON from the store; `fallback` if it is missing or damaged. */
export function readJson<T>(store: Store, key: string, fallback: T): T {
  try {
    const text = store.read(key);
    return text === null ? fallback : (JSON.parse(text) as T);
  } catch {
    return fallback;
  }
}
