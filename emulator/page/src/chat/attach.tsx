// Sending files: a photo with its size, a voice file with its length, anything as a document.
import { useRef } from "preact/hooks";
import { t } from "../boot.ts";
import { attempt, showToast } from "../toast.ts";
import { Menu } from "../views/menu.tsx";
import { act, type FileKind } from "../world/actions.ts";
import { myId } from "../world/live.ts";
import { composerText } from "./composer-state.ts";

const MOST_BYTES = 20_000_000;
const ACCEPT: Readonly<Record<string, string>> = {
  photo: "image/*",
  voice: "audio/*",
  video: "video/*",
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
    for (const file of input.current?.files ?? []) void send(kind.current, file);
    if (input.current) input.current.value = "";
  };
  const items = [
    { id: "photo", text: t("chat.attach.photo"), icon: "window" as const, act: choose("photo") },
    { id: "document", text: t("chat.attach.file"), icon: "file" as const, act: choose("document") },
    { id: "voice", text: t("chat.attach.voice"), icon: "voice" as const, act: choose("voice") },
    { id: "video", text: t("chat.attach.video"), icon: "phone" as const, act: choose("video") },
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

/** The file as base64; read as a data URL, which browsers encode far faster than a script. */
function base64(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,/, ""));
    reader.onerror = () => reject(reader.error ?? new Error("unreadable"));
    reader.readAsDataURL(file);
  });
}

/** Pixels of a photo, seconds of sound; nothing where the browser cannot tell. */
async function measure(kind: FileKind, file: File) {
  if (kind === "photo") {
    const bitmap = await createImageBitmap(file).catch(() => null);
    return bitmap ? { width: bitmap.width, height: bitmap.height } : {};
  }
  if (kind === "document") return {};
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
