// An answer's text. The Markdown renderer draws it outside the component tree, once per frame, from
// the run's signal, so no component renders per token.
import { effect } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { openLink } from "../../bridge/links.ts";
import type { MarkdownView } from "../../markdown/index.ts";
import type { ChatMessage } from "../../state/model.ts";
import { putBack } from "../../state/placeholders.ts";
import { runOf } from "../../state/store.ts";
import { prefersReducedMotion, Smoother } from "../../stream/smooth.ts";
import { markdown } from "./markdown-renderer.ts";

/** One answer on the page, from its first token to its end, and beyond if it is continued. */
class Drawing {
  private readonly view: MarkdownView;
  private target = "";
  private ended = false;
  private gone = false;
  private readonly smoother: Smoother;

  constructor(box: HTMLElement) {
    this.view = new (markdown().MarkdownView)(box);
    this.smoother = new Smoother({
      show: (text) => this.view.update(text),
      reducedMotion: prefersReducedMotion,
    });
  }

  /** Shows the answer so far; new text appears smoothly. */
  write(text: string): void {
    if (text === this.target) return;
    this.ended = false;
    if (this.target && text.startsWith(this.target)) {
      this.smoother.append(text.slice(this.target.length));
    } else if (this.target === "" && text.length < 200) {
      this.smoother.append(text);
    } else {
      this.smoother.reset(text);
    }
    this.target = text;
  }

  /** Shows the whole answer at once. */
  print(text: string): void {
    if (text !== this.target || !this.ended) this.view.print(text);
    this.target = text;
    this.ended = true;
  }

  finish(): void {
    this.ended = true;
    void this.smoother.settled().then(() => {
      if (this.ended && !this.gone) this.view.finish();
    });
  }

  dispose(): void {
    this.gone = true;
    this.smoother.dispose();
  }
}

/** Opens the link that was pressed outside of the app. */
export function followLink(event: MouseEvent): void {
  const link = (event.target as Element).closest<HTMLAnchorElement>("a[href]");
  if (!link || link.getAttribute("href")?.startsWith("#")) return;
  event.preventDefault();
  openLink(link.href);
}

export function Answer({ message }: { message: ChatMessage }) {
  const box = useRef<HTMLDivElement>(null);
  const drawing = useRef<Drawing | null>(null);
  const { runId, state } = message;
  const text = putBack(message.text);
  const live = state === "running";
  const wasLive = useRef(live);
  // Before painting, so that a stored answer never appears in two steps.
  useLayoutEffect(() => {
    drawing.current ??= new Drawing(box.current!);
    const { current } = drawing;
    if (live) {
      wasLive.current = true;
      return effect(() => current.write(putBack(runOf(runId)?.text ?? text)));
    }
    if (!wasLive.current) {
      current.print(text);
    } else {
      current.write(text);
      current.finish();
    }
    return undefined;
  }, [live, runId, text]);
  useEffect(() => () => drawing.current?.dispose(), []);
  // biome-ignore lint/a11y/noStaticElementInteractions: hears the clicks on the links inside of it
  // biome-ignore lint/a11y/useKeyWithClickEvents: a key on a link is a click
  return <div class="answer" dir="auto" ref={box} onClick={followLink} />;
}

/** A finished answer, exactly as given: placeholders are not replaced. */
export function StoredAnswer({ text }: { text: string }) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const drawing = new Drawing(box.current!);
    drawing.print(text);
    return () => drawing.dispose();
  }, [text]);
  // biome-ignore lint/a11y/noStaticElementInteractions: hears the clicks on the links inside of it
  // biome-ignore lint/a11y/useKeyWithClickEvents: a key on a link is a click
  return <div class="answer" dir="auto" ref={box} onClick={followLink} />;
}
