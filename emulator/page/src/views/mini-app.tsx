// The Mini App's sheet: header, iframe, and the buttons below it.
import { useEffect, useRef } from "preact/hooks";
import { t } from "../boot.ts";
import { theme } from "../choices.ts";
import { FrameBridge } from "../frame/frame-bridge.ts";
import { HALF } from "../frame/screens.ts";
import type { Session } from "../frame/session.ts";
import { world } from "../world/live.ts";
import { AppHeader } from "./app-header.tsx";
import { BottomButtons } from "./bottom-buttons.tsx";
import { currentBridge } from "./current-bridge.ts";
import { HapticFlash } from "./haptic-flash.tsx";

/** Exactly what Telegram's web clients allow the frame of an app. */
const SANDBOX =
  "allow-scripts allow-same-origin allow-popups allow-forms allow-modals " +
  "allow-popups-to-escape-sandbox allow-storage-access-by-user-activation";

export function MiniApp({ session }: { session: Session }) {
  const frame = useRef<HTMLIFrameElement>(null);
  useBridge(session, frame);
  const { fullscreen, minimized, dragged, expanded, ready } = session;
  const title = world.value?.bot.firstName ?? "";
  const full = expanded.value || fullscreen.value;
  const height = dragged.value ?? (full ? 1 : HALF);
  const background = session.backgroundColor.value ?? theme.value.params.bg_color;
  const look = `${fullscreen.value ? "fullscreen" : ""} ${dragged.value === null ? "" : "dragged"}`;
  return (
    <section
      class={`mini-app ${look}`}
      aria-label={t("app.title", { name: title })}
      inert={minimized.value}
      hidden={minimized.value}
      style={{ "--height": `${height * 100}%` }}
    >
      <AppHeader session={session} title={title} />
      <div class="frame-place" style={{ background }}>
        {/* Only the initial URL: the app may navigate, and the bridge reloads it. */}
        <iframe
          ref={frame}
          src={session.opening.url}
          title={title}
          sandbox={SANDBOX}
          allow="camera; microphone; geolocation; clipboard-write; fullscreen"
          onLoad={() => currentBridge.value?.loaded()}
        />
        {!ready.value && (
          <div class="frame-loading" style={{ background }} role="status">
            <span class="spinner" />
            <span class="visually-hidden">{t("app.loading")}</span>
          </div>
        )}
        {session.silent.value && <AppSilent session={session} />}
        <HapticFlash session={session} />
      </div>
      {session.buttonsShown.value && <BottomButtons session={session} />}
    </section>
  );
}

/** Says which app does not respond, and how. */
function AppSilent({ session }: { session: Session }) {
  const { silent, opening } = session;
  return (
    <div class="notice" role="status">
      <p>{t(`silent.app.${silent.value}`, { address: opening.address })}</p>
      <div class="buttons">
        <button type="button" class="secondary" onClick={() => currentBridge.value?.reload()}>
          {t("app.reload")}
        </button>
        <button type="button" class="quiet" onClick={() => (silent.value = null)}>
          {t("dialog.close")}
        </button>
      </div>
    </div>
  );
}

function useBridge(session: Session, frame: { current: HTMLIFrameElement | null }): void {
  useEffect(() => {
    if (!frame.current) return undefined;
    const bridge = new FrameBridge(session, frame.current);
    const detach = bridge.attach();
    currentBridge.value = bridge;
    return () => {
      detach();
      currentBridge.value = null;
    };
  }, []);
}
