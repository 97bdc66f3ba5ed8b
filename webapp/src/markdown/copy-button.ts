// The button that copies a code block.

import { copyText, t } from "./host.ts";

/** Milliseconds for which the button confirms copying. */
const CONFIRMED = 1500;

/** The click handler of a code block's button. */
export function copyCode(event: Event): void {
  const button = event.currentTarget as HTMLElement;
  const code = button.closest("figure")?.querySelector("code")?.textContent ?? "";
  void copyText(code).then((done) => {
    if (!done) return;
    button.textContent = t("app.markdown.copied");
    setTimeout(() => (button.textContent = t("app.markdown.copy")), CONFIRMED);
  });
}
