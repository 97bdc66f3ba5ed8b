// The files of a message, and the linked pages that could not be used for its answer.
import { useEffect, useState } from "preact/hooks";
import { services } from "../../actions/services.ts";
import { has, t } from "../../i18n/index.ts";
import { attempt } from "../../state/failure.ts";
import type { Card, ShownFile } from "../../state/model.ts";
import { openScreen } from "../../state/navigation.ts";
import { runOf } from "../../state/store.ts";
import { ExternalLink, host } from "../ui/external-link.tsx";
import { FILE_ICONS, fileDetails } from "../ui/files.ts";
import { Icon } from "../ui/icons.tsx";
import { UploadProgress } from "../ui/upload-progress.tsx";
import { useSelect } from "../ui/use-select.ts";

/** The files of a message. */
export function Attachments({ files }: { files?: readonly ShownFile[] | undefined }) {
  if (!files?.length) return null;
  return (
    <ul class="files">
      {files.map((card) => (
        <li key={card.id} class={isPicture(card) ? "picture" : "file"} aria-busy={card.uploading}>
          {isPicture(card) ? <Picture card={card} /> : <Chip card={card} />}
        </li>
      ))}
    </ul>
  );
}

const isPicture = ({ kind, uploading }: ShownFile): boolean => kind === "image" && !uploading;

function Chip({ card }: { card: ShownFile }) {
  const { kind, name, url, uploading } = card;
  const inside = (
    <>
      {uploading ? <span class="pulse" /> : <Icon name={FILE_ICONS[kind]} />}
      <span class="file-words">
        <span class="file-name" dir="auto">
          {name}
        </span>
        {uploading ? (
          <UploadProgress upload={card.id} />
        ) : (
          <span class="file-word">{url ? host(url) : fileDetails(card)}</span>
        )}
      </span>
    </>
  );
  if (!url || !host(url)) return inside;
  return (
    <ExternalLink class="file-link" url={url}>
      {inside}
    </ExternalLink>
  );
}

// Pictures seen lately; an <img> cannot send the session along, so they are fetched and shown from
// memory.
const seen = new Map<string, string>();
const MOST_SEEN = 40;

function Picture({ card }: { card: Card }) {
  const [url, show] = useState(seen.get(card.id));
  const [failed, fail] = useState(false);
  useEffect(() => {
    if (url) return;
    const stop = new AbortController();
    void attempt(
      () => services().api.file(card.id, stop.signal),
      () => fail(true),
    ).then((blob) => {
      if (blob) show(remember(card.id, blob));
    });
    return () => stop.abort();
  }, [card.id]);
  const { width = 4, height = 3 } = card;
  return (
    <div class="frame-of-picture" style={{ aspectRatio: `${width} / ${height}` }}>
      {url && (
        <button
          type="button"
          aria-label={`${t("app.attach.picture")}. ${t("app.markdown.widen")}`}
          onClick={(event) =>
            openScreen({
              name: "viewer",
              shown: event.currentTarget.firstElementChild!.cloneNode(),
            })
          }
        >
          <img src={url} width={width} height={height} alt={t("app.attach.picture")} />
        </button>
      )}
      {failed && <p class="file-word">{t("app.attach.gone")}</p>}
    </div>
  );
}

function remember(id: string, blob: Blob): string {
  const url = URL.createObjectURL(blob);
  seen.set(id, url);
  const [oldest] = seen;
  if (seen.size > MOST_SEEN && oldest) {
    seen.delete(oldest[0]);
    URL.revokeObjectURL(oldest[1]);
  }
  return url;
}

/** Pages that could not be used for the answer, and why. */
export function UnreadPages({ runId }: { runId: string | null | undefined }) {
  const unread = useSelect(() => runOf(runId)?.unread, [runId]);
  if (!unread?.length) return null;
  return (
    <>
      {unread.map(({ code, url }) => (
        <p class="status" key={url}>
          <Icon name="globe" />
          <span>
            {t(has(`error.${code}.title`) ? `error.${code}.title` : "error.page_not_read.title")}:{" "}
            <bdi>{host(url)}</bdi>
          </span>
        </p>
      ))}
    </>
  );
}
