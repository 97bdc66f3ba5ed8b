// Pictures as the page shows them, by their file's id: those it has fetched, and those that come
// from this device, which are shown before the server has them.

/** More are fetched again. */
const MOST = 40;
const urls = new Map<string, string>();

export const pictureUrl = (id: string): string | undefined => urls.get(id);

export function keepPicture(id: string, blob: Blob): string {
  forgetPicture(id);
  const url = URL.createObjectURL(blob);
  urls.set(id, url);
  const [oldest] = urls.keys();
  if (urls.size > MOST && oldest) forgetPicture(oldest);
  return url;
}

export function forgetPicture(id: string): void {
  const url = urls.get(id);
  if (url) URL.revokeObjectURL(url);
  urls.delete(id);
}
