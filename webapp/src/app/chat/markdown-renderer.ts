// Where the answers find the Markdown renderer, a chunk of its own that app/load-deferred.ts loads
// beside the deferred views.
import { t } from "../../i18n/index.ts";
import { copyText } from "../../markdown/copy.ts";
import { openScreen } from "../../state/navigation.ts";
import { whenIdle } from "../ui/idle.ts";

type Markdown = typeof import("../../markdown/index.ts");

let loaded: Markdown | undefined;

export function setMarkdownRenderer(given: Markdown): void {
  const widen = (shown: Node): void => openScreen({ name: "viewer", shown });
  given.setHost({ t, copyText, widen });
  loaded = given;
  given.warmUp(whenIdle);
}

/** The renderer; nothing that needs it is drawn before it has loaded. */
export function markdown(): Markdown {
  if (!loaded) throw new Error("setMarkdownRenderer comes first");
  return loaded;
}
