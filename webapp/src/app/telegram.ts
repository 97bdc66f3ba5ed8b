// Reflects the state in Telegram's controls around the app.
import { computed, effect } from "@preact/signals";
import {
  on,
  paintBars,
  setBackButton,
  setClosingConfirmation,
  setSettingsButton,
} from "../bridge/index.ts";
import { uploads } from "../state/attachments.ts";
import {
  closeScreen,
  closeTopScreen,
  currentPage,
  openScreen,
  screenStack,
  topScreen,
} from "../state/navigation.ts";
import { dispatch, waitsForFiles } from "../state/store.ts";
import { saveDraft } from "./composer/composer.tsx";
import { hasDraft } from "./composer/composer-text.ts";

export function connectTelegram(): void {
  // A page of settings lies on the theme's second colour, and so do Telegram's bars around it.
  const bars = computed(() => (currentPage.value ? "secondary_bg_color" : "bg_color"));
  effect(() => paintBars(bars.value));
  on("theme_changed", () => paintBars(bars.value));
  effect(() => void setBackButton(topScreen.value ? closeTopScreen : null));
  setSettingsButton(() => openScreen({ name: "settings" }));
  // Answers continue on the server; only unsent text would be lost.
  effect(() => {
    const unsent = hasDraft.value || uploads.value.length > 0 || waitsForFiles.value;
    setClosingConfirmation(unsent);
  });
}

/** Browser events: network, leaving the page, and the chat's scroll position. */
export function connectBrowser(): void {
  const tell = (): void => dispatch({ type: "online.changed", online: navigator.onLine !== false });
  tell();
  window.addEventListener("online", tell);
  window.addEventListener("offline", tell);
  window.addEventListener("pagehide", () => saveDraft());
  document.addEventListener("visibilitychange", () => document.hidden && saveDraft());
  // Outside Telegram's clients Escape is the way back.
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented && screenStack.value.length)
      closeTopScreen();
  });
  // As wide as this, the list is beside the chat (styles/drawer.css).
  const wide = window.matchMedia("(min-width: 60rem)");
  wide.addEventListener("change", () => wide.matches && closeScreen("drawer"));
  // For the style sheet; `:has()` would look at the whole page with each block of an answer.
  effect(() => void document.documentElement.toggleAttribute("data-draft", hasDraft.value));
  keepPlace();
}

/** Scrolls a new page to its top, and returns the chat to its last scroll position. */
function keepPlace(): void {
  let chat = 0;
  let before: string | null = null;
  effect(() => {
    const name = currentPage.value?.name ?? null;
    if (name === before) return;
    if (before === null) chat = window.scrollY;
    before = name;
    const to = name === null ? chat : 0;
    requestAnimationFrame(() => window.scrollTo({ top: to }));
  });
}
