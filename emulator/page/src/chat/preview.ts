// A message as one line, for the list of people.
import { t } from "../boot.ts";
import type { Message } from "../world/telegram.ts";
import type { ChatMessage } from "../world/types.ts";
import { blockText } from "./rich-text.tsx";
import { serviceText } from "./service.ts";

export function previewText(entry: ChatMessage): string {
  const { text, caption, rich_message, invoice } = entry.message;
  const rich = rich_message && blockText(rich_message.blocks).trim();
  return (
    text ?? caption ?? (rich || serviceText(entry)) ?? invoice?.title ?? t(mediaKey(entry.message))
  );
}

function mediaKey(message: Message): string {
  if (message.photo) return "chat.photo";
  if (message.voice ?? message.audio) return "chat.voice";
  if (message.video) return "chat.video";
  return message.document ? "chat.file" : "chat.message";
}
