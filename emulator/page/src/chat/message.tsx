// One message: its bubble, or the line of a service message.
import { boot, t, timeText } from "../boot.ts";
import type { InlineButton, Invoice, Message } from "../world/telegram.ts";
import type { ChatMessage } from "../world/types.ts";
import { ButtonFace, MessageId } from "./button-face.tsx";
import { AudioFile, DocumentFile, Photo, VideoFile } from "./files.tsx";
import { Formatted } from "./formatted.tsx";
import { InvoiceCard, showReceipt } from "./invoice-card.tsx";
import { MessageMenu } from "./message-menu.tsx";
import { PaidMediaView, Sticker } from "./paid-media.tsx";
import { PollView } from "./poll-view.tsx";
import { Blocks } from "./rich-blocks.tsx";
import { serviceText } from "./service.ts";
import { WidgetView } from "./widget-view.tsx";

export function MessageView({ entry }: { entry: ChatMessage }) {
  const service = serviceText(entry);
  if (service !== null) {
    return (
      <li class="service" data-message={entry.id}>
        <span>{service}</span>
      </li>
    );
  }
  return <Bubble entry={entry} />;
}

function Bubble({ entry }: { entry: ChatMessage }) {
  const { message, outgoing, id } = entry;
  const rows = message.reply_markup?.inline_keyboard ?? [];
  return (
    <li class={`row ${outgoing ? "outgoing" : "incoming"}`} data-message={id}>
      <MessageId.Provider value={id}>
        <div class="bubble-line">
          <article
            class={`bubble ${message.rich_message || message.widget ? "wide" : ""}`}
            dir="auto"
            aria-label={t(outgoing ? "chat.yours" : "chat.bots")}
          >
            <Author entry={entry} />
            {message.receiver_user && <div class="forwarded">{t("chat.onlyYou")}</div>}
            {message.forward_origin && <div class="forwarded">{t("chat.forwarded")}</div>}
            {message.reply_to_message && (
              <Quote message={message.reply_to_message} part={message.quote?.text} />
            )}
            <Content message={message} paid={entry.paid} />
            <Reactions entry={entry} />
            <Stamp message={message} />
          </article>
          <MessageMenu entry={entry} />
        </div>
        {rows.length > 0 && (
          <Keyboard rows={rows} receipt={entry.paid ? message.invoice : undefined} />
        )}
      </MessageId.Provider>
    </li>
  );
}

interface ContentProps {
  message: Message;
  paid: boolean;
}

function Content({ message, paid }: ContentProps) {
  if (message.rich_message) {
    const { blocks, is_rtl } = message.rich_message;
    return (
      <div class="rich" dir={is_rtl ? "rtl" : "auto"}>
        <Blocks blocks={blocks} />
      </div>
    );
  }
  if (message.text !== undefined) {
    return (
      <div class="text">
        <Formatted text={message.text} entities={message.entities} />
      </div>
    );
  }
  const media = <Media message={message} paid={paid} />;
  if (message.caption === undefined) return media;
  return (
    <>
      {media}
      <div class="text">
        <Formatted text={message.caption} entities={message.caption_entities} />
      </div>
    </>
  );
}

function Media({ message, paid }: ContentProps) {
  if (message.paid_media) return <PaidMediaView media={message.paid_media} paid={paid} />;
  if (message.live_photo) return <VideoFile file={message.live_photo} />;
  if (message.photo) return <Photo sizes={message.photo} label={message.caption ?? ""} />;
  if (message.video_note) return <VideoFile file={message.video_note} />;
  if (message.video ?? message.animation)
    return <VideoFile file={(message.video ?? message.animation)!} />;
  if (message.voice ?? message.audio) return <AudioFile file={(message.voice ?? message.audio)!} />;
  if (message.document) return <DocumentFile file={message.document} />;
  if (message.invoice) return <InvoiceCard invoice={message.invoice} />;
  if (message.widget) return <WidgetView widget={message.widget} />;
  if (message.poll) return <PollView poll={message.poll} />;
  if (message.sticker) return <Sticker sticker={message.sticker} />;
  const line = lineOf(message);
  if (line !== null) return <p>{line}</p>;
  if (message.location)
    return <p>{`${message.location.latitude}, ${message.location.longitude}`}</p>;
  return <p class="unsupported">{t("chat.unsupported", { kind: kindOf(message) })}</p>;
}

/** Contacts, venues and dice as plain text. */
function lineOf({ contact, venue, dice }: Message): string | null {
  if (contact) return `${contact.first_name} · \u2066${contact.phone_number}\u2069`;
  if (venue) return `${venue.title} · ${venue.address}`;
  if (dice) return `${dice.emoji} ${dice.value}`;
  return null;
}

const COMMON = ["message_id", "date", "chat", "from", "edit_date", "reply_markup", "via_bot"];

function kindOf(message: Message): string {
  return Object.keys(message).find((key) => !COMMON.includes(key)) ?? "message";
}

function Quote({ message, part }: { message: Message; part: string | undefined }) {
  return <div class="quote">{part ?? message.text ?? message.caption ?? t("chat.message")}</div>;
}

/** The author, outside the chat with the bot. */
function Author({ entry }: { entry: ChatMessage }) {
  const { from, chat, sender_chat } = entry.message;
  if (entry.outgoing || !chat || chat.type === "private") return null;
  return <bdi class="author">{sender_chat?.title ?? from?.first_name}</bdi>;
}

function Reactions({ entry }: { entry: ChatMessage }) {
  const people = Object.values(entry.reactions).flat();
  const all = entry.botReaction ? [entry.botReaction, ...people] : people;
  return (
    <>
      {all.map((one, index) => (
        <span key={index} class="reaction">
          {one.emoji ?? "★"}
        </span>
      ))}
    </>
  );
}

function Stamp({ message }: { message: Message }) {
  const at = new Date(message.date * 1000);
  return (
    <span class="stamp" dir={boot.dir}>
      {message.edit_date !== undefined && <span>{t("chat.edited")} </span>}
      <time dateTime={at.toISOString()}>
        {timeText(at, { hour: "numeric", minute: "2-digit" })}
      </time>
    </span>
  );
}

interface KeyboardProps {
  rows: readonly InlineButton[][];
  /** What was paid with the Pay button, which then shows it. */
  receipt: Invoice | undefined;
}

function Keyboard({ rows, receipt }: KeyboardProps) {
  return (
    <div class="inline-keyboard">
      {rows.map((row, index) => (
        <div key={index} class="inline-row">
          {row.map((button, at) =>
            button.pay && receipt ? (
              <button
                key={at}
                type="button"
                class="message-button"
                onClick={() => showReceipt(receipt)}
              >
                <span class="message-button-text">{t("chat.receipt")}</span>
              </button>
            ) : (
              <ButtonFace key={at} button={button}>
                {button.text}
              </ButtonFace>
            ),
          )}
        </div>
      ))}
    </div>
  );
}
