// Phones overlay their scrollbars; a desktop browser's would take width from the app.

/** Hides the scrollbars of the document in the frame, if it is accessible. */
export function hideScrollbars(iframe: HTMLIFrameElement): void {
  const inside = iframe.contentWindow as (Window & typeof globalThis) | null;
  try {
    // Created in the frame's own realm: a document accepts no style sheets of another.
    const sheet = new inside!.CSSStyleSheet();
    sheet.replaceSync("* { scrollbar-width: none !important; scrollbar-gutter: auto !important }");
    inside!.document.adoptedStyleSheets.push(sheet);
  } catch {
    // Another origin, or an older browser: the scrollbars stay.
  }
}
