// The state made visible in Telegram's own controls around the app.
import { effect } from "@preact/signals";
import { on, paintBars, setBackButton, setClosingConfirmation, setSettingsButton } from "../bridge/index.ts";
import { back, open, page, stack, top } from "../state/nav.ts";
import { busy, dispatch } from "../state/store.ts";
import { saveDraft } from "./composer.tsx";
import { hasDraft } from "./compose.ts";

export function joinTelegram(): void {
  paintBars("bg_color");
  on("theme_changed", () => paintBars("bg_color"));
  effect(() => void setBackButton(top.value ? back : null));
  setSettingsButton(() => open({ name: "settings" }));
  // Closing is asked about only while something would be interrupted.
  effect(() => void setClosingConfirmation(busy.value || hasDraft.value));
}

/** The browser's side: network, leaving, and where the chat was scrolled to. */
export function joinBrowser(): void {
  const tell = (): void => dispatch({ type: "online.changed", online: navigator.onLine !== false });
  tell();
  window.addEventListener("online", tell);
  window.addEventListener("offline", tell);
  window.addEventListener("pagehide", () => saveDraft());
  document.addEventListener("visibilitychange", () => document.hidden && saveDraft());
  // Outside Telegram's clients Escape is the way back.
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented && stack.value.length) back();
  });
  keepPlace();
}

/** A screen in the chat's place begins at its top; the chat is come back to where it was. */
function keepPlace(): void {
  let chat = 0;
  let before: string | null = null;
  effect(() => {
    const name = page.value?.name ?? null;
    if (name === before) return;
    if (before === null) chat = window.scrollY;
    before = name;
    const to = name === null ? chat : 0;
    requestAnimationFrame(() => window.scrollTo({ top: to }));
  });
}
