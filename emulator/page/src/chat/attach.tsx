// Sending files: a photo with its size, a voice file with its length, anything else as a document.
import { useRef } from "preact/hooks";
import { t } from "../boot.ts";
import { attempt, showToast } from "../toast.ts";
import { Menu } from "../views/menu.tsx";
import { act, type FileKind } from "../world/actions.ts";
import { myId } from "../world/live.ts";
import { sendPlace, sendPoll } from "./ask.ts";
import { composerText } from "./composer-state.ts";

const MOST_BYTES = 20_000_000;
const ACCEPT: Readonly<Record<string, string>> = {
  photo: "image/*",
  voice: "audio/*",
  video: "video/*",
  sticker: "image/png,image/webp",
};

export function AttachMenu() {
  const input = useRef<HTMLInputElement>(null);
  const kind = useRef<FileKind>("document");
  const choose = (wanted: FileKind) => () => {
    kind.current = wanted;
    if (!input.current) return;
    input.current.accept = ACCEPT[wanted] ?? "";
    input.current.click();
  };
  const chosen = () => {
    const files = [...(input.current?.files ?? [])];
    if (kind.current === "photo" && files.length > 1) void sendAlbum(files);
    else for (const file of files) void send(kind.current, file);
    if (input.current) input.current.value = "";
  };
  const items = [
    { id: "photo", text: t("chat.attach.photo"), icon: "window" as const, act: choose("photo") },
    { id: "document", text: t("chat.attach.file"), icon: "file" as const, act: choose("document") },
    { id: "voice", text: t("chat.attach.voice"), icon: "voice" as const, act: choose("voice") },
    { id: "video", text: t("chat.attach.video"), icon: "phone" as const, act: choose("video") },
    {
      id: "sticker",
      text: t("chat.attach.sticker"),
      icon: "star" as const,
      act: choose("sticker"),
    },
    {
      id: "place",
      text: t("ask.place.title"),
      icon: "window" as const,
      act: () => void sendPlace(),
    },
    { id: "poll", text: t("ask.poll.title"), icon: "list" as const, act: () => void sendPoll() },
  ];
  return (
    <>
      <Menu label={t("chat.attach")} icon="clip" items={items} to="above" />
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label={t("chat.attach")}
        onChange={chosen}
      />
    </>
  );
}

async function send(kind: FileKind, file: File): Promise<void> {
  if (file.size > MOST_BYTES) return showToast(t("chat.tooLarge"));
  const caption = composerText.value.trim();
  composerText.value = "";
  const measured = await measure(kind, file);
  const action = {
    type: "sendFile" as const,
    personId: myId.value,
    kind,
    fileName: file.name,
    mediaType: file.type || "application/octet-stream",
    data: await base64(file),
    caption,
    ...measured,
  };
  await attempt(act(action));
}

/** Several photos become one album. */
async function sendAlbum(files: readonly File[]): Promise<void> {
  if (files.some((file) => file.size > MOST_BYTES)) return showToast(t("chat.tooLarge"));
  const caption = composerText.value.trim();
  composerText.value = "";
  const items = await Promise.all(
    files.map(async (file) => ({
      fileName: file.name,
      mediaType: file.type,
      data: await base64(file),
    })),
  );
  await attempt(act({ type: "sendAlbum", personId: myId.value, items, caption }));
}

/** The file as base64, read as a data URL, which browsers encode far faster than a script. */
function base64(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,/, ""));
    reader.onerror = () => reject(reader.error ?? new Error("unreadable"));
    reader.readAsDataURL(file);
  });
}

/** The pixels of a photo or the seconds of sound; nothing if the browser cannot tell. */
async function measure(kind: FileKind, file: File) {
  if (kind === "photo") {
    const bitmap = await createImageBitmap(file).catch(() => null);
    return bitmap ? { width: bitmap.width, height: bitmap.height } : {};
  }
  if (kind === "document" || kind === "sticker") return {};
  const duration = await soundLength(file);
  return duration > 0 ? { duration } : {};
}

function soundLength(file: File): Promise<number> {
  const url = URL.createObjectURL(file);
  return new Promise<number>((resolve) => {
    const audio = new Audio();
    const done = (seconds: number) => {
      URL.revokeObjectURL(url);
      resolve(Number.isFinite(seconds) ? Math.max(1, Math.round(seconds)) : 0);
    };
    audio.onloadedmetadata = () => done(audio.duration);
    audio.onerror = () => done(0);
    audio.src = url;
  });
}
