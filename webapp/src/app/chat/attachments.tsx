// The files of a message, and the linked pages that could not be used for its answer.
import { useEffect, useState } from "preact/hooks";
import { services } from "../../actions/services.ts";
import { has, t } from "../../i18n/index.ts";
import { attempt } from "../../state/failure.ts";
import type { ShownFile } from "../../state/model.ts";
import { openScreen } from "../../state/navigation.ts";
import { forgetPicture, keepPicture, pictureUrl } from "../../state/pictures.ts";
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
        <Attachment key={card.id} card={card} />
      ))}
    </ul>
  );
}

function Attachment({ card }: { card: ShownFile }) {
  // Some pictures, such as HEIC, cannot be drawn before the server has converted them.
  const [undrawable, tell] = useState(false);
  const { id, kind, uploading } = card;
  const isPicture = kind === "image" && (!uploading || (!undrawable && pictureUrl(id)));
  return (
    <li class={isPicture ? "picture" : "file"} aria-busy={uploading}>
      {isPicture ? <Picture card={card} onUndrawable={() => tell(true)} /> : <Chip card={card} />}
    </li>
  );
}

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

/** An <img> cannot send the session along, so pictures are fetched and shown from memory. */
function Picture({ card, onUndrawable }: { card: ShownFile; onUndrawable: () => void }) {
  const { id, uploading } = card;
  const [url, show] = useState(pictureUrl(id));
  const [failed, fail] = useState(false);
  const [size, measure] = useState({ width: card.width ?? 4, height: card.height ?? 3 });
  useEffect(() => {
    if (url || uploading) return;
    const stop = new AbortController();
    void attempt(
      () => services().api.file(id, stop.signal),
      () => fail(true),
    ).then((blob) => {
      if (blob) show(keepPicture(id, blob));
    });
    return () => stop.abort();
  }, [id, !url]);
  const drawn = ({ currentTarget }: { currentTarget: HTMLImageElement }): void => {
    const { naturalWidth: width, naturalHeight: height } = currentTarget;
    if (!card.width) measure({ width, height });
  };
  const undrawable = (): void => {
    forgetPicture(id);
    show(undefined);
    onUndrawable();
  };
  const { width, height } = size;
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
          <img
            src={url}
            width={width}
            height={height}
            alt={t("app.attach.picture")}
            onLoad={drawn}
            onError={undrawable}
          />
        </button>
      )}
      {uploading && (
        <div class="picture-progress">
          <UploadProgress upload={id} />
        </div>
      )}
      {failed && <p class="file-word">{t("app.attach.gone")}</p>}
    </div>
  );
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
