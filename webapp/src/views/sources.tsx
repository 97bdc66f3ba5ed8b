// Where an answer's facts come from. Links are opened outside the app, and only the web's.
import { openLink } from "../bridge/links.ts";
import { formatNumber, t } from "../i18n.ts";
import type { Message } from "../state/model.ts";
import { Icon } from "./icons.tsx";

type Citation = Message["citations"][number];

/** One line a page, whatever number of places cite it. */
export function distinct(citations: readonly Citation[]): Citation[] {
  const byUrl = new Map(citations.filter(({ url }) => host(url)).map((one) => [one.url, one]));
  return [...byUrl.values()];
}

/** The site's name; empty for what is no web address. */
export function host(url: string): string {
  try {
    const { protocol, hostname } = new URL(url);
    return /^https?:$/.test(protocol) ? hostname.replace(/^www\./, "") : "";
  } catch {
    return "";
  }
}

export function Sources({ citations }: { citations: readonly Citation[] }) {
  const sources = distinct(citations);
  if (!sources.length) return null;
  return (
    <details class="fold">
      <summary>
        {t("app.sources", { n: formatNumber(sources.length) })}
        <Icon name="chevron" class="turns" />
      </summary>
      <ol class="sources">
        {sources.map(({ url, title }) => (
          <li key={url}>
            <a
              class="source-link"
              href={url}
              target="_blank"
              rel="noopener noreferrer"
              onClick={(event) => {
                event.preventDefault();
                openLink(url);
              }}
            >
              <span class="source-title" dir="auto">{title || host(url)}</span>
              <span class="source-host" dir="ltr">{host(url)}</span>
            </a>
          </li>
        ))}
      </ol>
    </details>
  );
}
