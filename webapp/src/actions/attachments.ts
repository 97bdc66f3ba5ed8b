// Uploads files for the next question, and removes them. A question can be sent before its files
// are uploaded; it waits for them.
import { fetchTelling } from "../api/upload.ts";
import { t } from "../i18n/index.ts";
import { changeUpload, progress, type Upload, uploads } from "../state/attachments.ts";
import { attempt } from "../state/failure.ts";
import type { Card, Failure, ShownFile } from "../state/model.ts";
import { keepPicture } from "../state/pictures.ts";
import { isServerOnly, me } from "../state/store.ts";
import { services } from "./services.ts";
import { showToast } from "./toast.ts";

const MEGABYTE = 1_000_000;

// The server's answer for each file; a failed upload is removed, so that it can be retried.
const transfers = new WeakMap<File, Promise<Card>>();

/** Uploads files, as many as the plan allows per message; the composer shows each meanwhile. */
export function addFiles(files: ArrayLike<File>): void {
  const limit = me.value?.plan.filesAMessage ?? Infinity;
  const room = Math.max(0, limit - uploads.value.length);
  if (files.length > room) showToast(refusal("too_many_files", limit));
  for (const file of Array.from(files).slice(0, room)) add(file);
}

function add(file: File): void {
  const limit = me.value?.plan.fileMegabytes ?? Infinity;
  const upload: Upload = { key: services().newId(), file, stop: new AbortController() };
  if (file.size > limit * MEGABYTE) {
    uploads.value = [...uploads.value, { ...upload, failure: refusal("file_too_large", limit) }];
    return;
  }
  uploads.value = [...uploads.value, upload];
  void follow(upload);
}

/** Checks before the upload what the server would refuse. */
function refusal(code: string, limit: number): Failure {
  const title = t(`error.${code}.title`);
  return { code, title, detail: t(`error.${code}.detail`, { limit }) };
}

async function follow(upload: Upload): Promise<void> {
  const { key } = upload;
  const card = await attempt(
    () => transfer(upload),
    (failure) => changeUpload(key, { failure }),
  );
  if (card) changeUpload(key, { card });
}

function transfer({ key, file, stop }: Upload): Promise<Card> {
  const known = transfers.get(file);
  if (known) return known;
  const card = services().api.uploadFile(file, file.name, isServerOnly.value, {
    signal: stop.signal,
    fetch: fetchTelling((share) => tell(key, share)),
  });
  transfers.set(file, card);
  card.then(({ id, kind }) => kind === "image" && keepPicture(id, file)).catch(() => undefined);
  card.catch(() => transfers.delete(file));
  card.finally(() => tell(key)).catch(() => undefined);
  return card;
}

function tell(key: string, share?: number): void {
  const { [key]: _, ...others } = progress.value;
  progress.value = share === undefined ? others : { ...others, [key]: share };
}

/** Resolves with the files once the server has them all. Rejects with `ApiError`, or the
 *  signal's reason. */
export function finishUploads(files: readonly Upload[], signal: AbortSignal): Promise<Card[]> {
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
  return Promise.race([Promise.all(files.map(transfer)), aborted]);
}

/** A file as its question shows it before the server has described it. */
export function shownFile({ key, file, card }: Upload): ShownFile {
  if (card) return card;
  const [type] = file.type.split("/");
  const kind = type === "image" || type === "audio" ? type : "document";
  const { name, size } = file;
  if (kind === "image") keepPicture(key, file);
  return { id: key, kind, name, size, mediaType: file.type, truncated: false, uploading: true };
}

/** Returns the files of an unsent question to the composer. */
export function returnFiles(files: readonly Upload[]): void {
  const here = new Set(uploads.value.map(({ key }) => key));
  const returned = files.filter(({ key }) => !here.has(key));
  uploads.value = [...uploads.value, ...returned];
  for (const upload of returned) void follow(upload);
}

/** Removes a file, on the server too. */
export function removeFile(key: string): void {
  const removed = uploads.value.find((one) => one.key === key);
  uploads.value = uploads.value.filter((one) => one.key !== key);
  removed?.stop.abort();
  const { card } = removed ?? {};
  if (!card) return;
  const deleteFile = () => services().api.deleteFile(card.id);
  void attempt(deleteFile, () => undefined);
}
