// A file's icon, and the line with its kind, length and size.
import { formatNumber, t } from "../../i18n/index.ts";
import type { Card } from "../../state/model.ts";
import type { IconName } from "./icons.tsx";

export const FILE_ICONS: Readonly<Record<Card["kind"], IconName>> = {
  image: "image",
  pdf: "file",
  document: "file",
  text: "file",
  audio: "sound",
  page: "globe",
};

/** "PDF · 12 pages · 1.4 MB", and whether the file is read to its end. */
export function fileDetails({ kind, size, pages, truncated }: Card): string {
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
