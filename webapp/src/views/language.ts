// Texts that the page did not bring: in Telegram's language where the browser's is another one,
// and the wording of stored failures, which few ever see. Everything is drawn again in them.
import { signal } from "@preact/signals";
import { language, useBoot, type Boot } from "../i18n.ts";

/** Changes with the texts on screen. */
export const texts = signal("");

/** For what is not made anew: renders again when the texts change. */
export const useTexts = (): string => texts.value;

/** Goes over to another language; the page's own stays if that one cannot be had. */
export async function speak(wanted: string | undefined): Promise<void> {
  const tag = wanted?.toLowerCase().split("-")[0];
  if (tag && tag !== language()) await fetchTexts(tag);
}

let asked = false;

/** Fetches the texts that are not in the page, once. */
export function completeTexts(): void {
  if (asked) return;
  asked = true;
  void fetchTexts(language());
}

async function fetchTexts(tag: string): Promise<void> {
  try {
    const response = await fetch(`/texts/${tag}`, { credentials: "omit" });
    if (!response.ok) return;
    const boot = (await response.json()) as Boot;
    asked = true;
    useBoot(boot);
    document.documentElement.lang = boot.language;
    document.documentElement.dir = boot.dir;
    texts.value = `${boot.language} complete`;
  } catch {
    // What is there must do.
  }
}
