// The composer's microphone: hold it while speaking, or press once to start and once to stop, as
// with the keyboard and screen readers. It is hidden if nothing can transcribe.
import { useEffect, useRef, useState } from "preact/hooks";
import {
  cancelDictation,
  dictateInto,
  finishDictation,
  MOST_SECONDS,
  retryDictation,
  startDictation,
} from "../../actions/dictation.ts";
import { t } from "../../i18n/index.ts";
import { dictation } from "../../state/dictation.ts";
import { isServerOnly, state } from "../../state/store.ts";
import { IconButton, Problem, TextButton } from "../ui/controls.tsx";
import { Icon } from "../ui/icons.tsx";
import { compose, composed } from "./composer-text.ts";

/** Longer presses count as holding; a shorter one starts, and another one stops. */
const HELD = 400;
/** Pixels that a held finger slides away to cancel. */
const AWAY = 80;

export function Dictate() {
  const microphone = useMicrophone();
  const { phase } = dictation.value;
  if (!microphone || !state.value.speech || isServerOnly.value) return null;
  return (
    <>
      {(phase === "recording" || phase === "opening") && <Recording />}
      {phase === "hearing" && <Hearing />}
      {phase === "failed" && <Failed />}
      <Microphone />
    </>
  );
}

/** Whether there is a microphone that this page may request. */
function useMicrophone(): boolean {
  const [there, tell] = useState(false);
  useEffect(() => {
    const devices = navigator.mediaDevices as MediaDevices | undefined;
    if (!devices?.getUserMedia || !("MediaRecorder" in globalThis)) return undefined;
    const look = async (): Promise<void> => {
      const all = await devices.enumerateDevices().catch(() => []);
      tell(all.some(({ kind }) => kind === "audioinput"));
    };
    void look();
    devices.addEventListener("devicechange", look);
    return () => devices.removeEventListener("devicechange", look);
  }, []);
  useEffect(() => {
    dictateInto({ read: composed, write: compose });
    return cancelDictation;
  }, []);
  return there;
}

interface Press {
  readonly at: number;
  readonly x: number;
  readonly started: boolean;
}

function Microphone() {
  const press = useRef<Press | null>(null);
  const byPointer = useRef(false);
  const { phase } = dictation.value;
  const recording = phase === "recording";
  const down = (event: PointerEvent): void => {
    if (event.button !== 0 || phase === "hearing") return;
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
    byPointer.current = true;
    press.current = { at: event.timeStamp, x: event.clientX, started: !recording };
    if (!recording) void startDictation();
  };
  const moved = (event: PointerEvent): void => {
    if (!press.current?.started || Math.abs(event.clientX - press.current.x) < AWAY) return;
    press.current = null;
    cancelDictation();
  };
  const up = (event: PointerEvent): void => {
    const { current } = press;
    press.current = null;
    if (current && (!current.started || event.timeStamp - current.at >= HELD)) finishDictation();
  };
  const pressed = (): void => {
    const handled = byPointer.current;
    byPointer.current = false;
    if (handled) return;
    if (recording) finishDictation();
    else if (phase !== "hearing") void startDictation();
  };
  const label = t(recording ? "app.dictate.stop" : "app.dictate");
  return (
    <button
      type="button"
      class={recording ? "mic on" : "mic"}
      aria-label={label}
      aria-pressed={recording}
      aria-disabled={phase === "hearing"}
      title={label}
      onPointerDown={down}
      onPointerMove={moved}
      onPointerUp={up}
      onPointerCancel={() => {
        press.current = null;
      }}
      onContextMenu={(event) => event.preventDefault()}
      onClick={pressed}
    >
      <Icon name={recording ? "stop" : "mic"} />
    </button>
  );
}

/** The seconds, and a button to discard the recording. */
function Recording() {
  const seconds = useSeconds();
  useEffect(() => {
    const drop = (event: KeyboardEvent): void => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      cancelDictation();
    };
    document.addEventListener("keydown", drop, true);
    return () => document.removeEventListener("keydown", drop, true);
  }, []);
  return (
    <div class="dictation">
      <IconButton icon="close" label={t("app.dictate.cancel")} onClick={cancelDictation} />
      <span class="pulse" />
      <span role="timer" class="dictation-time">
        {clock(seconds)}
      </span>
      <span class="dictation-word">{t("app.dictate.hint")}</span>
    </div>
  );
}

function useSeconds(): number {
  const now = dictation.value;
  const from = now.phase === "recording" ? now.from : null;
  const [seconds, tell] = useState(0);
  useEffect(() => {
    if (from === null) return undefined;
    const look = (): void => tell(Math.floor((performance.now() - from) / 1_000));
    const timer = setInterval(look, 200);
    return () => clearInterval(timer);
  }, [from]);
  return Math.min(seconds, MOST_SECONDS);
}

const clock = (seconds: number): string =>
  `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

function Hearing() {
  return (
    <div class="dictation" role="status">
      <IconButton icon="close" label={t("app.dictate.cancel")} onClick={cancelDictation} />
      <span class="pulse" />
      <span class="dictation-word">{t("app.dictate.hearing")}</span>
    </div>
  );
}

/** A failure above the composer; the recording is kept as long as a retry is possible. */
function Failed() {
  const now = dictation.value;
  if (now.phase !== "failed") return null;
  return (
    <div class="dictation-problem">
      <Problem failure={now.failure}>
        {now.canRetry && (
          <TextButton onClick={() => void retryDictation()}>{t("app.retry")}</TextButton>
        )}
        <TextButton onClick={cancelDictation}>{t("app.close")}</TextButton>
      </Problem>
    </div>
  );
}
