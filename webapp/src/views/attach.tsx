// Files: choosing them, those of the next question, and those of messages.
import { useEffect, useState } from "preact/hooks";
import { openLink } from "../bridge/links.ts";
import { haptic } from "../bridge/index.ts";
import { formatNumber, has, t } from "../i18n.ts";
import { pickedTask } from "../state/asking.ts";
import { addFiles, dropFile, picked, type Picked } from "../state/attaching.ts";
import { attempt } from "../state/failure.ts";
import type { Card } from "../state/model.ts";
import { close, open } from "../state/nav.ts";
import { me, runOf, state } from "../state/store.ts";
import { tools } from "../state/tools.ts";
import { focusComposer } from "./compose.ts";
import { Icon, type IconName } from "./icons.tsx";
import { IconButton } from "./parts.tsx";
import { Sheet } from "./sheet.tsx";
import { host } from "./sources.tsx";
import { useSelect } from "./use-select.ts";

/** What the server reads; it looks at the content itself, this only helps choosing. */
const ACCEPT = "image/jpeg,image/png,image/webp,image/gif,application/pdf,.docx,text/*,.md,.json,.csv,audio/*";

const ICONS: Readonly<Record<Card["kind"], IconName>> = {
  image: "image",
  pdf: "file",
  document: "file",
  text: "file",
  audio: "sound",
  page: "globe",
};

/** What to add to a question. */
export function AttachSheet() {
  const paints = me.value?.plan.images ?? false;
  const done = (): void => close("attach");
  return (
    <Sheet title={t("app.attach.title")} onClose={done}>
      <div class="choices">
        <button type="button" class="choice" onClick={() => choose(done)}>
          <span class="choice-name"><Icon name="file" />{t("app.attach.file")}</span>
          <span class="choice-word">{t("app.attach.word")}</span>
        </button>
        {state.value.paints && (
          <button type="button" class={paints ? "choice" : "choice locked"} onClick={() => paint(paints)}>
            <span class="choice-name"><Icon name="image" />{t("app.task.image")}</span>
            <span class="choice-word">{t("app.task.image.hint")}</span>
            {!paints && <><Icon name="lock" /><span class="sr-only">{t("app.models.locked")}</span></>}
          </button>
        )}
      </div>
    </Sheet>
  );
}

function choose(done: () => void): void {
  const input = document.createElement("input");
  input.type = "file";
  input.multiple = true;
  input.accept = ACCEPT;
  input.addEventListener("change", () => {
    if (input.files) addFiles(input.files);
    focusComposer();
  });
  input.click();
  done();
}

function paint(allowed: boolean): void {
  haptic("selection");
  close("attach");
  if (!allowed) return open({ name: "plans", reason: "images" });
  pickedTask.value = "image";
  focusComposer();
}

/** The files of the next question. */
export function PickedFiles() {
  return (
    <ul class="files picked">
      {picked.value.map((one) => <PickedFile key={one.key} one={one} />)}
    </ul>
  );
}

function PickedFile({ one }: { one: Picked }) {
  const { card, failure, name } = one;
  const label = failure ? `${failure.title}. ${failure.detail}` : card ? words(card) : t("app.attach.uploading");
  return (
    <li class={failure ? "file bad" : "file"} aria-busy={!card && !failure}>
      {card || failure ? <Icon name={card ? ICONS[card.kind] : "file"} /> : <span class="pulse" />}
      <span class="file-words" role={failure ? "alert" : undefined}>
        <span class="file-name" dir="auto">{card?.name ?? name}</span>
        <span class="file-word">{label}</span>
      </span>
      <IconButton icon="close" label={t("app.attach.remove", { name })} onClick={() => dropFile(one.key)} />
    </li>
  );
}

/** "PDF · 12 pages · 1.4 MB", and whether it is read to its end. */
function words({ kind, size, pages, truncated }: Card): string {
  const parts = [
    kind === "pdf" ? "PDF" : "",
    pages ? t("app.attach.pages", { n: formatNumber(pages) }) : "",
    kind === "page" ? "" : bytes(size),
    truncated ? t("app.attach.cut") : "",
  ];
  return parts.filter(Boolean).join(" · ");
}

const bytes = (size: number): string =>
  size < 1_000_000
    ? t("app.attach.kilobytes", { n: formatNumber(Math.max(1, Math.round(size / 1_000))) })
    : t("app.attach.megabytes", { n: formatNumber(Math.round(size / 100_000) / 10) });

/** The files of a message. */
export function Attachments({ files }: { files?: readonly Card[] | undefined }) {
  if (!files?.length) return null;
  return (
    <ul class="files">
      {files.map((card) => (
        <li key={card.id} class={card.kind === "image" ? "picture" : "file"}>
          {card.kind === "image" ? <Picture card={card} /> : <Chip card={card} />}
        </li>
      ))}
    </ul>
  );
}

function Chip({ card }: { card: Card }) {
  const { kind, name, url } = card;
  const inside = (
    <>
      <Icon name={ICONS[kind]} />
      <span class="file-words">
        <span class="file-name" dir="auto">{name}</span>
        <span class="file-word">{url ? host(url) : words(card)}</span>
      </span>
    </>
  );
  if (!url || !host(url)) return inside;
  return (
    <a
      class="file-link"
      href={url}
      target="_blank"
      rel="noopener noreferrer"
      onClick={(event) => {
        event.preventDefault();
        openLink(url);
      }}
    >
      {inside}
    </a>
  );
}

// Pictures seen lately; an <img> cannot send the session along, so they are fetched as blobs.
const seen = new Map<string, string>();
const MOST_SEEN = 40;

function Picture({ card }: { card: Card }) {
  const [url, show] = useState(seen.get(card.id));
  const [failed, fail] = useState(false);
  useEffect(() => {
    if (url) return;
    const stop = new AbortController();
    void attempt(() => tools().api.file(card.id, stop.signal), () => fail(true)).then((blob) => {
      if (blob) show(remember(card.id, blob));
    });
    return () => stop.abort();
  }, [card.id]);
  const { width = 4, height = 3 } = card;
  return (
    <div class="frame-of-picture" style={{ aspectRatio: `${width} / ${height}` }}>
      {url && <img src={url} width={width} height={height} alt={t("app.attach.picture")} />}
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

/** Pages that the answer does without, and why. */
export function UnreadPages({ runId }: { runId: string | null | undefined }) {
  const unread = useSelect(() => runOf(runId)?.unread, [runId]);
  if (!unread?.length) return null;
  return (
    <>
      {unread.map(({ code, url }) => (
        <p class="status" key={url}>
          <Icon name="globe" />
          <span>{t(has(`error.${code}.title`) ? `error.${code}.title` : "error.page_not_read.title")}: <bdi>{host(url)}</bdi></span>
        </p>
      ))}
    </>
  );
}
