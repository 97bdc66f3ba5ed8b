// Phones lay their scrollbars over the page; a desktop browser's would take room from the app.

/** Hides the scrollbars of the document now in the frame, where it can be reached. */
export function hideScrollbars(iframe: HTMLIFrameElement): void {
  const inside = iframe.contentWindow as (Window & typeof globalThis) | null;
  try {
    // Made in the frame's own realm: a document takes no sheets of another.
    const sheet = new inside!.CSSStyleSheet();
    sheet.replaceSync("* { scrollbar-width: none !important; scrollbar-gutter: auto !important }");
    inside!.document.adoptedStyleSheets.push(sheet);
  } catch {
    // Another origin, or an older browser: then the scrollbars stay.
  }
}
