// Where the answers find the Markdown renderer, a chunk of its own that views/lazy.ts loads
// beside the rest of the views.
import { t } from "../i18n.ts";
import { copyText } from "../markdown/copy.ts";

type Markdown = typeof import("../markdown/index.ts");

let loaded: Markdown | undefined;

export function useMarkdown(given: Markdown): void {
  given.useHost({ t, copyText });
  loaded = given;
}

/** The renderer; nothing that needs it is drawn before it is here. */
export function markdown(): Markdown {
  if (!loaded) throw new Error("useMarkdown comes first");
  return loaded;
}
