// The language is Telegram's. The shell came in the browser's; where they differ the texts are
// fetched once, and everything is drawn again in them.
import { signal } from "@preact/signals";
import { language, useBoot, type Boot } from "../i18n.ts";

/** The language of the texts on screen. */
export const texts = signal("");

export async function speak(wanted: string | undefined): Promise<void> {
  const tag = wanted?.toLowerCase().split("-")[0];
  if (!tag || tag === language()) return;
  try {
    const response = await fetch(`/texts/${tag}`, { credentials: "omit" });
    if (!response.ok) return;
    const boot = (await response.json()) as Boot;
    useBoot(boot);
    document.documentElement.lang = boot.language;
    document.documentElement.dir = boot.dir;
    texts.value = boot.language;
  } catch {
    // The shell's language stays.
  }
}
