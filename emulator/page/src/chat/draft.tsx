// A streamed answer. New text of the same draft is revealed gradually.
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../boot.ts";
import { attempt } from "../toast.ts";
import { Icon } from "../views/icon.tsx";
import { act } from "../world/actions.ts";
import { myId } from "../world/live.ts";
import type { Draft } from "../world/types.ts";
import { Formatted } from "./formatted.tsx";
import { Blocks } from "./rich-blocks.tsx";

export function DraftView({ draft }: { draft: Draft }) {
  const stop = () =>
    void attempt(act({ type: "stopDraft", personId: myId.value, draftId: draft.draftId }));
  return (
    <li class="row incoming draft" data-draft={draft.draftId}>
      <div class="bubble-line">
        <article
          class={`bubble ${draft.richMessage ? "wide" : ""}`}
          dir="auto"
          aria-label={t("chat.writing")}
        >
          <Body draft={draft} />
        </article>
        {draft.canStop && !draft.stopped && (
          <button type="button" class="stop" onClick={stop}>
            <Icon name="stop" />
            {t("chat.stop")}
          </button>
        )}
      </div>
    </li>
  );
}

function Body({ draft }: { draft: Draft }) {
  if (draft.richMessage) {
    const { blocks, is_rtl } = draft.richMessage;
    return (
      <div class="rich" dir={is_rtl ? "rtl" : "auto"}>
        <Blocks blocks={blocks} />
      </div>
    );
  }
  if (!draft.text) return <Thinking />;
  return <Growing text={draft.text} draft={draft} />;
}

function Thinking() {
  return (
    <span class="thinking">
      {t("chat.thinking")}
      <span class="dots" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
    </span>
  );
}

function Growing({ text, draft }: { text: string; draft: Draft }) {
  const shown = useReveal(text);
  return (
    <div class="text">
      <Formatted text={text.slice(0, shown)} entities={draft.entities} />
      {!draft.stopped && <span class="caret" aria-hidden="true" />}
    </div>
  );
}

const REVEAL_MS = 500;

/** How much of `text` to show now: earlier text at once, new text within half a second. */
function useReveal(text: string): number {
  const [shown, setShown] = useState(0);
  const known = useRef("");
  useEffect(() => {
    const from = commonStart(known.current, text);
    known.current = text;
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return setShown(text.length);
    const start = performance.now();
    let frame = requestAnimationFrame(function step(now) {
      const done = Math.min(1, (now - start) / REVEAL_MS);
      setShown(Math.round(from + (text.length - from) * done));
      if (done < 1) frame = requestAnimationFrame(step);
    });
    return () => cancelAnimationFrame(frame);
  }, [text]);
  return Math.min(shown, text.length);
}

/** The length of the common start of two texts, in UTF-16 units. */
export function commonStart(one: string, other: string): number {
  const most = Math.min(one.length, other.length);
  let at = 0;
  while (at < most && one[at] === other[at]) at += 1;
  return at;
}
