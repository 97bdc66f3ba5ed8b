// Reads an answer aloud with the device's voices; without voices there is no button.
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { showNotice } from "../../actions/toast.ts";
import { language, t } from "../../i18n/index.ts";
import { IconButton } from "../ui/controls.tsx";

/** Longer pieces are cut off by some voices. */
const LONGEST = 200;
const SCRIPTS: readonly (readonly [RegExp, string])[] = [
  [/[\u0600-\u06ff]/, "ar"],
  [/[\u0400-\u04ff]/, "ru"],
  [/[\u0900-\u097f]/, "hi"],
  [/[\u3040-\u30ff]/, "ja"],
  [/[\u4e00-\u9fff]/, "zh"],
];

/** The errors of a reading that was stopped. */
const STOPPED: readonly string[] = ["canceled", "interrupted"];

/** The message that is being read aloud. */
export const listeningTo = signal<string | null>(null);

const stop = (): void => {
  speechSynthesis.cancel();
  listeningTo.value = null;
};

export function ListenButton({ messageId }: { messageId: string }) {
  const speaking = listeningTo.value === messageId;
  // The start button disappears with its menu; the stop button stays as long as the answer.
  useEffect(() => (speaking ? stop : undefined), []);
  if (!("speechSynthesis" in globalThis)) return null;
  const press = (event: MouseEvent): void => {
    stop();
    if (speaking) return;
    const message = (event.currentTarget as Element).closest(".message");
    const answer = message?.querySelector<HTMLElement>(".answer");
    // innerText has no line breaks for content that the browser skips.
    answer?.classList.add("whole");
    // biome-ignore lint/performance/useDomNodeTextContent: blocks are parted, what is hidden is left out
    const words = answer?.innerText ?? "";
    answer?.classList.remove("whole");
    const parts = pieces(words).map((piece) => utterance(piece));
    const last = parts.at(-1);
    if (!last) return;
    const done = (): void => {
      if (listeningTo.value === messageId) listeningTo.value = null;
    };
    last.addEventListener("end", done);
    const failed = ({ error }: SpeechSynthesisErrorEvent): void => {
      if (listeningTo.value === messageId && !STOPPED.includes(error))
        showNotice(t("app.listen.failed"));
      done();
    };
    for (const part of parts) {
      part.addEventListener("error", failed);
      speechSynthesis.speak(part);
    }
    listeningTo.value = messageId;
  };
  return (
    <IconButton
      icon={speaking ? "stop" : "sound"}
      label={t(speaking ? "app.listen.stop" : "app.listen")}
      onClick={press}
    />
  );
}

function utterance(words: string): SpeechSynthesisUtterance {
  const made = new SpeechSynthesisUtterance(words);
  made.lang = SCRIPTS.find(([letters]) => letters.test(words))?.[1] ?? language();
  return made;
}

// No lookbehind: Safari reads none before 16.4.
const SENTENCES = /[^.!?…。！？؟\n]+[.!?…。！？؟]*/g;
const SHORT = new RegExp(`.{1,${LONGEST}}(?:\\s|$)|.{1,${LONGEST}}`, "gs");

/** Splits into sentences, and long sentences into parts. */
export const pieces = (text: string): string[] =>
  (text.match(SENTENCES) ?? [])
    .flatMap((sentence) => sentence.match(SHORT) ?? [])
    .map((piece) => piece.trim())
    .filter((piece) => piece !== "");
