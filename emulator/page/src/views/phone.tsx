// The phone: status bar, chat, Mini App sheet, keyboard, and native dialogs over them.
import { useEffect, useRef, useState } from "preact/hooks";
import { timeText } from "../boot.ts";
import { ChatPane } from "../chat/chat-pane.tsx";
import { deviceInsets, screenName } from "../choices.ts";
import { dialogs } from "../dialogs.ts";
import { openedApp } from "../frame/open.ts";
import { SCREENS } from "../frame/screens.ts";
import { emulatedNow } from "../world/live.ts";
import { DialogHost } from "./dialog-host.tsx";
import { Icon } from "./icon.tsx";
import { KeyboardView } from "./keyboard-view.tsx";
import { drawerOpen } from "./layout.ts";
import { MiniApp } from "./mini-app.tsx";
import { MinimizedBar } from "./minimized-bar.tsx";
import { ToastView } from "./toast-view.tsx";

const STATUS_BAR = 30;
const HIGHEST = 844;

export function Phone({ framed }: { framed: boolean }) {
  const column = useRef<HTMLDivElement>(null);
  const room = useRoom(column, framed);
  return (
    <div class={framed ? "phone-room" : "phone-room bare"} ref={column}>
      <div class={framed ? "phone framed" : "phone"} style={framed ? sizeFor(room) : undefined}>
        <Screen framed={framed} />
      </div>
    </div>
  );
}

function Screen({ framed }: { framed: boolean }) {
  const session = openedApp.value;
  const shown = session !== null && !session.minimized.value;
  const modal = dialogs.value.length > 0;
  const insets = deviceInsets.value;
  const fullscreen = shown && session.fullscreen.value;
  // The bar of a device without insets is decoration: apps need no inset for it.
  const bar = insets.top || (framed && !fullscreen ? STATUS_BAR : 0);
  return (
    <div class="screen" style={{ "--status": `${bar}px`, "--home": `${insets.bottom}px` }}>
      {bar > 0 && <StatusBar inFront={fullscreen} />}
      <div class="stage" inert={modal}>
        <div class="chat-layer" inert={shown}>
          <ChatPane openTools={framed ? null : () => (drawerOpen.value = true)} />
          {session?.minimized.value && <MinimizedBar session={session} />}
        </div>
        {session && <MiniApp key={session.opening.id} session={session} />}
      </div>
      {session?.keyboard.value && shown && <KeyboardView session={session} />}
      {insets.bottom > 0 && <div class="home-bar" aria-hidden="true" />}
      <DialogHost />
      <ToastView />
    </div>
  );
}

function StatusBar({ inFront }: { inFront: boolean }) {
  const now = useClock();
  return (
    <div class={`status-bar ${inFront ? "in-front" : ""}`} aria-hidden="true">
      <span>{timeText(now, { hour: "numeric", minute: "2-digit" })}</span>
      <Icon name="battery" />
    </div>
  );
}

/** The emulated time, updated twice a second, so that moving the clock shows at once. */
function useClock(): number {
  const [now, setNow] = useState(emulatedNow());
  useEffect(() => {
    const timer = setInterval(() => setNow(Math.floor(emulatedNow() / 1000) * 1000), 500);
    return () => clearInterval(timer);
  }, []);
  return now;
}

interface Room {
  width: number;
  height: number;
}

/** The free space of the column, without the device's own frame. */
function useRoom(column: { current: HTMLElement | null }, framed: boolean): Room {
  const [room, setRoom] = useState<Room>({ width: 390, height: HIGHEST });
  useEffect(() => {
    if (!framed || !column.current) return undefined;
    const size = new ResizeObserver(([entry]) => {
      if (entry) setRoom({ width: entry.contentRect.width, height: entry.contentRect.height });
    });
    size.observe(column.current);
    return () => size.disconnect();
  }, [framed]);
  return room;
}

const FRAME = 20;

/** The chosen size, scaled down as a whole if it does not fit. */
function sizeFor(room: Room): Record<string, string> {
  const screen = SCREENS[screenName.value];
  const height = screen.height ?? Math.max(480, Math.min(HIGHEST, room.height - FRAME));
  const scale = Math.min(
    1,
    (room.width - 4) / (screen.width + FRAME),
    room.height / (height + FRAME),
  );
  return {
    inlineSize: `${screen.width + FRAME}px`,
    blockSize: `${height + FRAME}px`,
    // Then taken out of the grid: an element larger than its cell would not be centred.
    ...(scale < 1
      ? {
          position: "absolute",
          transform: `translate(-50%, -50%) scale(${scale})`,
          left: "50%",
          top: "50%",
        }
      : {}),
  };
}
