// Inline mode: "@bot query" in the composer asks the bot and shows its results.
import { useEffect, useState } from "preact/hooks";
import { t } from "../boot.ts";
import { attempt, showToast } from "../toast.ts";
import { type InlineResult, request } from "../world/actions.ts";
import { myId, world } from "../world/live.ts";
import { clearComposer } from "./composer-state.ts";

const PAUSE_MS = 400;

/** The inline query to this bot in a text, or null. */
export function inlineQueryIn(text: string, username: string): string | null {
  const [mention = "", ...rest] = text.split(" ");
  if (rest.length === 0 || mention.toLowerCase() !== `@${username.toLowerCase()}`) return null;
  return rest.join(" ");
}

export function InlineResults({ text }: { text: string }) {
  const query = inlineQueryIn(text, world.value?.bot.username ?? "");
  const [results, setResults] = useState<InlineResult[] | null>(null);
  useEffect(() => {
    setResults(null);
    if (query === null) return undefined;
    let current = true;
    const timer = setTimeout(async () => {
      const answer = await attempt(request("inlineQuery", { personId: myId.value, query }));
      if (current && answer) setResults(answer.results);
    }, PAUSE_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [query]);
  if (query === null || results === null) return null;
  if (results.length === 0)
    return (
      <p class="command-list none" role="status">
        {t("chat.noResults")}
      </p>
    );
  return (
    <ul class="command-list" aria-label={t("chat.results")}>
      {results.map((one) => (
        <li key={one.id}>
          <button type="button" onClick={() => void choose(query, one)}>
            <strong dir="auto">{one.title ?? one.type}</strong>
            <span dir="auto">{one.description ?? ""}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

async function choose(query: string, result: InlineResult): Promise<void> {
  const to = t("share.someone");
  clearComposer();
  const fields = { personId: myId.value, query, resultId: result.id, to };
  if (await attempt(request("chooseInlineResult", fields))) showToast(t("share.sent", { to }));
}
