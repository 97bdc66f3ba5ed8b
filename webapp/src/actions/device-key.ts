// The key of what this device keeps. Phones hold it in their keychain, through Telegram; where
// there is none it lasts as long as the tab, and what it closed cannot be read afterwards.
import { secureStorage } from "../bridge/storage.ts";
import { KEY_BYTES } from "../state/sealed-store.ts";
import { tabStore } from "../state/storage.ts";

const NAME = "tanya.key";

/** The key as it is, or a new one. */
export async function deviceKey(owner: string): Promise<Uint8Array<ArrayBuffer>> {
  const own = `${NAME}.${owner}`;
  try {
    const kept = await secureStorage.get(NAME);
    if (kept) return fromText(kept);
    const made = newKey();
    await secureStorage.set(NAME, made);
    return fromText(made);
  } catch {
    const kept = tabStore.read(own) ?? newKey();
    tabStore.write(own, kept);
    return fromText(kept);
  }
}

/** Without it nothing that it closed can be read, wherever there may be a copy. */
export async function forgetDeviceKey(owner: string): Promise<void> {
  tabStore.write(`${NAME}.${owner}`, null);
  await secureStorage.set(NAME, null).catch(() => undefined);
}

const newKey = (): string =>
  btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(KEY_BYTES))));

const fromText = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
