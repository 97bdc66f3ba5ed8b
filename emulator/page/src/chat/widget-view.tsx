// A widget: its document in a sandboxed frame without a network; its requests go to the bot.
import { useContext, useEffect, useRef, useState } from "preact/hooks";
import { t } from "../boot.ts";
import { showToast } from "../toast.ts";
import { ActionRefused, request } from "../world/actions.ts";
import { myId } from "../world/live.ts";
import type { Message } from "../world/telegram.ts";
import { MessageId } from "./button-face.tsx";

/** In CSS pixels, as Telegram's apps have it. */
const LEAST_HEIGHT = 50;
const MOST_HEIGHT = 600;

type Told =
  | { widget: "height"; height: number }
  | { widget: "request"; number: number; data: string };

export function WidgetView({ widget }: { widget: NonNullable<Message["widget"]> }) {
  const messageId = useContext(MessageId);
  const frame = useRef<HTMLIFrameElement>(null);
  const [height, setHeight] = useState(widget.height ?? LEAST_HEIGHT);
  const tell = (content: object) => frame.current?.contentWindow?.postMessage(content, "*");
  useEffect(() => {
    const hear = ({ source, data }: MessageEvent<Told>): void => {
      if (source !== frame.current?.contentWindow) return;
      if (data.widget === "request") void answer(messageId, data.number, data.data).then(tell);
      else if (widget.height === undefined)
        setHeight(Math.min(Math.max(data.height, LEAST_HEIGHT), MOST_HEIGHT));
    };
    addEventListener("message", hear);
    return () => removeEventListener("message", hear);
  }, [messageId, widget.height]);
  return (
    <iframe
      ref={frame}
      class="widget"
      title={t("chat.widget")}
      sandbox="allow-scripts"
      src={`emulator/widgets/${myId.value}/${messageId}`}
      style={{ blockSize: `${height}px` }}
      onLoad={() => tell({ theme: colors() })}
    />
  );
}

/** The answer to the widget's request; a refusal is shown, and rejects it. */
async function answer(messageId: number, number: number, data: string): Promise<object> {
  try {
    const told = await request("askByWidget", { personId: myId.value, messageId, data });
    return { number, result: told.data };
  } catch (error) {
    if (!(error instanceof ActionRefused)) throw error;
    showToast(t("toast.refused", { reason: error.reason }));
    return { number, error: error.reason };
  }
}

function colors(): Record<string, string> {
  const style = getComputedStyle(document.documentElement);
  const of = (name: string) => style.getPropertyValue(name).trim();
  return { text: of("--text"), accent: of("--accent"), soft: of("--accent-soft") };
}
