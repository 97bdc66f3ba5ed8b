// A box that scrolls sideways - code, a table, a displayed formula - with what can be done with it.

import { copyText, t, widen } from "./host.ts";
import { h, type VElement, type VNode } from "./vdom.ts";

/** Milliseconds for which the button says that it has copied. */
const CONFIRMED = 1500;

/** Attributes of such a box: the keyboard must reach it, and it needs a name. */
export function scrolling(name: string, label: string): Record<string, string> {
  return { class: name, tabindex: "0", role: "group", "aria-label": label };
}

/** The caption with its buttons. */
export function tools(before: readonly VNode[]): VElement {
  return h("figcaption", {}, [
    ...before,
    button("app.markdown.widen", (figure) => widen(whole(figure))),
    button("app.markdown.copy", (figure, pressed) => {
      void copyText(source(figure)).then((done) => {
        if (!done) return;
        pressed.textContent = t("app.markdown.copied");
        setTimeout(() => (pressed.textContent = t("app.markdown.copy")), CONFIRMED);
      });
    }),
  ]);
}

function button(key: string, act: (figure: Element, pressed: Element) => void): VElement {
  const onClick = (event: Event): void => {
    const pressed = event.currentTarget as Element;
    act(pressed.closest("figure")!, pressed);
  };
  return h("button", { type: "button", class: "copy" }, [t(key)], { onClick });
}

const whole = (figure: Element): Node => {
  const copy = figure.cloneNode(true) as Element;
  copy.querySelector("figcaption")?.remove();
  return copy;
};

/** Read from the page: it may have grown since the button was made. Tables as spreadsheets take them. */
const source = (figure: Element): string =>
  figure.querySelector("code")?.textContent ??
  figure.querySelector<HTMLElement>(".math")?.title ??
  [...figure.querySelectorAll("tr")]
    .map((row) => [...row.children].map((cell) => cell.textContent.trim()).join("\t"))
    .join("\n");
