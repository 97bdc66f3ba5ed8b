// An answer's sources. Only web links are opened, outside the app.
import { t } from "../../i18n/index.ts";
import type { Message } from "../../state/model.ts";
import { ExternalLink, host } from "../ui/external-link.tsx";

type Citation = Pick<Message["citations"][number], "url" | "title">;

/** One line per page, however often it is cited. */
export function distinct(citations: readonly Citation[]): Citation[] {
  const byUrl = new Map(citations.filter(({ url }) => host(url)).map((one) => [one.url, one]));
  return [...byUrl.values()];
}

/** Whether the page has a title that says more than its address. */
export function ownTitle(url: string, title: string | null): boolean {
  const site = host(url);
  const named = title?.trim().replace(/\/$/, "") ?? "";
  return named !== "" && ![site, `www.${site}`].includes(named.replace(/^https?:\/\//, ""));
}

/** A row of chips, numbered as the answer cites them. */
export function Sources({ citations }: { citations: readonly Citation[] }) {
  const sources = distinct(citations);
  if (!sources.length) return null;
  return (
    <ol class="sources" aria-label={t("app.sources")}>
      {sources.map(({ url, title }) => (
        <li key={url}>
          <ExternalLink class="source-link" url={url}>
            {ownTitle(url, title) && (
              <span class="source-title" dir="auto">
                {title}
              </span>
            )}
            <span class="source-host" dir="ltr">
              {host(url)}
            </span>
          </ExternalLink>
        </li>
      ))}
    </ol>
  );
}
