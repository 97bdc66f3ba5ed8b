// A DOM for tests under Node. Import it before anything that touches the document:
//   import { resetDom } from "../dom.ts";
import { Window } from "happy-dom";

const window = new Window({ url: "http://localhost/app" });

const names = [
  "window",
  "document",
  "location",
  "history",
  "navigator",
  "localStorage",
  "sessionStorage",
  "Node",
  "Element",
  "HTMLElement",
  "HTMLInputElement",
  "HTMLTextAreaElement",
  "SVGElement",
  "Text",
  "DocumentFragment",
  "Event",
  "CustomEvent",
  "MessageEvent",
  "KeyboardEvent",
  "MouseEvent",
  "PointerEvent",
  "TouchEvent",
  "InputEvent",
  "FocusEvent",
  "MutationObserver",
  "IntersectionObserver",
  "ResizeObserver",
  "getComputedStyle",
  "matchMedia",
  "requestAnimationFrame",
  "cancelAnimationFrame",
  "Image",
  "DOMParser",
] as const;

for (const name of names) {
  const value = name === "window" ? window : (window as unknown as Record<string, unknown>)[name];
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
}

/** Empties the document between tests. */
export function resetDom(): void {
  document.head.replaceChildren();
  document.body.replaceChildren();
}
