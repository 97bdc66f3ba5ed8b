// Fetches the rest of the views, once; whoever reads the signal is drawn again when it is here.
import { signal } from "@preact/signals";
import { provideAsking } from "../state/actions/later.ts";
import { completeTexts } from "./language.ts";

export type Rest = typeof import("./rest.tsx");

export const rest = signal<Rest | null>(null);

const PATIENCE = 3_000;

/** Tries until it is here: without a network this waits for one. */
export async function loadRest(): Promise<void> {
  try {
    const [loaded, markdown] = await Promise.all([
      import("./rest.tsx"),
      import("../markdown/index.ts"),
      loadStyles(),
      completeTexts(),
    ]);
    loaded.useMarkdown(markdown);
    provideAsking(loaded);
    rest.value = loaded;
  } catch {
    setTimeout(() => void loadRest(), PATIENCE);
  }
}

let styles: Promise<void> | undefined;

/** The style sheet of the rest; what uses it must not be drawn before it is here. */
export function loadStyles(): Promise<void> {
  styles ??= new Promise<void>((resolve, reject) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = new URL(REST_STYLES, import.meta.url).href;
    link.onload = () => resolve();
    link.onerror = () => {
      styles = undefined;
      link.remove();
      reject(new Error(REST_STYLES));
    };
    document.head.append(link);
  });
  return styles;
}
