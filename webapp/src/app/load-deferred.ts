// Fetches what the first screen does not need: other views and actions, texts, styles, Markdown.
import { provideDeferredActions } from "../actions/deferred-actions.ts";
import { completeTexts } from "../i18n/language.ts";
import { setReducer } from "../state/store.ts";
import { deferredViews } from "./ui/deferred-views.ts";

const RETRY_AFTER = 3_000;

/** Retries until everything has loaded; offline it waits for the network. */
export async function loadDeferred(): Promise<void> {
  try {
    const [loaded, markdown] = await Promise.all([
      import("./deferred.tsx"),
      import("../markdown/index.ts"),
      loadStyles(),
      completeTexts(),
    ]);
    loaded.setMarkdownRenderer(markdown);
    setReducer(loaded.reduce);
    provideDeferredActions(loaded);
    deferredViews.value = loaded;
    // Optional: the app works in browsers without them.
    void loaded.keepDeviceCopy().catch(() => undefined);
    void loaded.keepShell().catch(() => undefined);
  } catch {
    setTimeout(() => void loadDeferred(), RETRY_AFTER);
  }
}

let styles: Promise<void> | undefined;

/** The style sheet of these views, which must not be drawn before it has loaded. */
export function loadStyles(): Promise<void> {
  styles ??= new Promise<void>((resolve, reject) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = new URL(DEFERRED_STYLES, import.meta.url).href;
    link.onload = () => resolve();
    link.onerror = () => {
      styles = undefined;
      link.remove();
      reject(new Error(DEFERRED_STYLES));
    };
    document.head.append(link);
  });
  return styles;
}
