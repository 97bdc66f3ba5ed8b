// A passing word about something that went wrong without a place of its own on the screen.
import { signal } from "@preact/signals";
import type { Failure } from "../model.ts";
import { announcement } from "../store.ts";

export const passing = signal<{ title: string; detail: string } | null>(null);

const SHOWN = 6_000;
let timer: ReturnType<typeof setTimeout> | undefined;

export function notice(word: Pick<Failure, "title" | "detail">): void {
  clearTimeout(timer);
  passing.value = { title: word.title, detail: word.detail };
  announcement.value = `${word.title}. ${word.detail}`;
  timer = setTimeout(dismiss, SHOWN);
}

export function dismiss(): void {
  clearTimeout(timer);
  passing.value = null;
}
