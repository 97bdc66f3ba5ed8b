// Stickers, and media that are shown once they are paid for.
import { useContext } from "preact/hooks";
import { starText, t } from "../boot.ts";
import { attempt } from "../toast.ts";
import { act } from "../world/actions.ts";
import { myId } from "../world/live.ts";
import type { Message, PaidMedia } from "../world/telegram.ts";
import { MessageId } from "./button-face.tsx";
import { fileUrl, Photo, VideoFile } from "./files.tsx";

export function PaidMediaView({ media, paid }: { media: PaidMedia; paid: boolean }) {
  const messageId = useContext(MessageId);
  const buy = () => void attempt(act({ type: "buyPaidMedia", personId: myId.value, messageId }));
  if (!paid)
    return (
      <div class="paid-media">
        <button type="button" class="primary" onClick={buy}>
          {t("chat.unlock", { price: starText(media.star_count) })}
        </button>
      </div>
    );
  return (
    <div class="gallery">
      {media.paid_media.map((item, index) =>
        item.photo ? (
          <Photo key={index} sizes={item.photo} label="" />
        ) : (
          <VideoFile key={index} file={(item.video ?? item.live_photo)!} />
        ),
      )}
    </div>
  );
}

/** A static sticker as a picture; the others, which browsers cannot show, as their emoji. */
export function Sticker({ sticker }: { sticker: NonNullable<Message["sticker"]> }) {
  const emoji = sticker.emoji ?? "▣";
  if (sticker.is_animated) return <span class="sticker">{emoji}</span>;
  if (sticker.is_video) return <VideoFile file={sticker} />;
  return <img class="sticker-picture" src={fileUrl(sticker.file_id)} alt={emoji} />;
}
