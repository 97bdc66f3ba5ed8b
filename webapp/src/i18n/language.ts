// Loads texts that are not in the page: those of later screens, and all texts if Telegram's
// language differs from the browser's. In that case everything is drawn again.
import { signal } from "@preact/signals";
import { type Boot, language, setBoot } from "./index.ts";

/** Changes with the texts on screen. */
export const texts = signal("");

/** For components that are kept: renders them again when the texts change. */
export const watchTexts = (): string => texts.value;

let complete = false;
let asked: { tag: string; done: Promise<void> } | undefined;

/** Changes to another of the server's languages; the page's language stays if that fails. */
export async function speak(tag: string | undefined): Promise<void> {
  if (tag && tag !== (asked?.tag ?? language())) await fetchOnce(tag).catch(() => undefined);
}

/** Resolves once all texts have loaded; rejects if loading fails. */
export async function completeTexts(): Promise<void> {
  while (!complete) await fetchOnce(asked?.tag ?? language());
}

function fetchOnce(tag: string): Promise<void> {
  if (asked?.tag !== tag) asked = { tag, done: fetchTexts(tag) };
  return asked.done;
}

async function fetchTexts(tag: string): Promise<void> {
  try {
    const response = await fetch(`/texts/${tag}`, { credentials: "omit" });
    if (!response.ok) throw new Error(`/texts/${tag}: ${response.status}`);
    const boot = (await response.json()) as Boot;
    // Another language may have been requested meanwhile.
    if (asked?.tag === tag) take(boot);
  } catch (failure) {
    if (asked?.tag === tag) asked = undefined;
    throw failure;
  }
}

function take(boot: Boot): void {
  const changed = boot.language !== language();
  complete = true;
  setBoot(boot);
  if (!changed) return;
  document.documentElement.lang = boot.language;
  document.documentElement.dir = boot.dir;
  texts.value = boot.language;
}
