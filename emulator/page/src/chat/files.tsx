// Files in messages. Their bytes come from the emulator.
import { t } from "../boot.ts";
import { Icon } from "../views/icon.tsx";
import type { FileInfo, PhotoSize } from "../world/telegram.ts";

export function fileUrl(fileId: string): string {
  return `emulator/files/${encodeURIComponent(fileId)}`;
}

export function Photo({ sizes, label }: { sizes: readonly PhotoSize[]; label: string }) {
  const largest = [...sizes].sort((a, b) => b.width * b.height - a.width * a.height)[0];
  if (!largest) return null;
  const { width, height } = largest;
  return (
    <img
      class="photo"
      src={fileUrl(largest.file_id)}
      alt={label || t("chat.photo")}
      width={width || undefined}
      height={height || undefined}
      loading="lazy"
    />
  );
}

export function VideoFile({ file }: { file: FileInfo }) {
  return (
    // biome-ignore lint/a11y/useMediaCaption: a person's own video has no captions
    <video
      class="photo"
      controls
      src={fileUrl(file.file_id)}
      aria-label={file.file_name ?? t("chat.video")}
    />
  );
}

export function AudioFile({ file }: { file: FileInfo }) {
  const name = file.title ?? file.file_name ?? t("chat.voice");
  return (
    // biome-ignore lint/a11y/useMediaCaption: a voice message has no captions
    <audio
      class="audio"
      controls
      preload="metadata"
      src={fileUrl(file.file_id)}
      aria-label={name}
    />
  );
}

export function DocumentFile({ file }: { file: FileInfo }) {
  const name = file.file_name ?? t("chat.file");
  return (
    <a class="document" href={fileUrl(file.file_id)} download={name}>
      <span class="document-icon">
        <Icon name="file" />
      </span>
      <span class="document-text">
        <bdi class="document-name">{name}</bdi>
        <span class="document-size">{sizeText(file.file_size)}</span>
      </span>
    </a>
  );
}

/** A size in a readable unit: 12 B, 3.4 kB, 1.2 MB. */
export function sizeText(bytes: number | undefined): string {
  if (bytes === undefined) return "";
  if (bytes < 1000) return `${bytes} B`;
  const [value, unit] = bytes < 1_000_000 ? [bytes / 1000, "kB"] : [bytes / 1_000_000, "MB"];
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}
