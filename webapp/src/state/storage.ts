// The browser's storages, guarded: in a cross-site frame with storage blocked every access throws,
// and a full disk throws on writing. Losing stored values must not break the chat.

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
        // Blocked or full: the value lives as long as the page does.
      }
    },
  };
}

/** What this device keeps. */
export const browserStore = guarded(() => localStorage);
/** What this tab keeps over reloads. */
export const tabStore = guarded(() => sessionStorage);

/** A store that lives as long as the page: for tests. */
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

/** JSON from the store; what is missing or damaged reads as `fallback`. */
export function readJson<T>(store: Store, key: string, fallback: T): T {
  try {
    const text = store.read(key);
    return text === null ? fallback : (JSON.parse(text) as T);
  } catch {
    return fallback;
  }
}
