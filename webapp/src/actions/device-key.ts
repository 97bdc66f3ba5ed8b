// The key that encrypts this device's copy. Phones keep it in their keychain, through Telegram;
// elsewhere it lasts as long as the tab, and the copy cannot be read afterwards.
import { secureStorage } from "../bridge/storage.ts";
import { KEY_BYTES } from "../state/sealed-store.ts";
import { tabStore } from "../state/storage.ts";

const NAME = "tanya.key";

/** How long a keychain may take: until then nothing stored is shown. */
const PATIENCE = 1_500;

/** The stored key, or a new one. */
export async function deviceKey(owner: string): Promise<Uint8Array<ArrayBuffer>> {
  const own = `${NAME}.${owner}`;
  // Where this tab has a key of its own, no keychain has answered in it.
  const tabs = tabStore.read(own);
  if (tabs) return fromText(tabs);
  try {
    const kept = await secureStorage.get(NAME, PATIENCE);
    if (kept) return fromText(kept);
    const made = newKey();
    await secureStorage.set(NAME, made);
    return fromText(made);
  } catch {
    const made = newKey();
    tabStore.write(own, made);
    return fromText(made);
  }
}

/** Deletes the key: nothing that it encrypted can be read any more, wherever it is. */
export async function forgetDeviceKey(owner: string): Promise<void> {
  tabStore.write(`${NAME}.${owner}`, null);
  await secureStorage.set(NAME, null).catch(() => undefined);
}

const newKey = (): string =>
  btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(KEY_BYTES))));

const fromText = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
