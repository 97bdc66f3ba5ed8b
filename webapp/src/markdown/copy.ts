// Copying to the clipboard, also where the modern way is refused, as in some frames.

import { t } from "../i18n.ts";

/** Whether the text is on the clipboard now. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

function copyBySelection(text: string): boolean {
  const area = document.createElement("textarea");
  area.value = text;
  area.setAttribute("aria-hidden", "true");
  area.style.position = "fixed";
  area.style.opacity = "0";
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}

/** Milliseconds for which the button says that it has copied. */
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
