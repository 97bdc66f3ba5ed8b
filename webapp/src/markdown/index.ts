// Markdown that streams. Load it lazily, with `import("../markdown")`: it is half of all the
// code, and the first screen does not need it. Call `useHost` before drawing.

export { useHost, type Host } from "./host.ts";
export { safeHref } from "./links.ts";
export { MarkdownView, renderMarkdown } from "./stream.ts";
