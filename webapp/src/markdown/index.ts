// Markdown that streams. Load it lazily, with `import("../markdown")`: it is half of all the
// code, and the first screen does not need it.

export { copyText } from "./copy.ts";
export { safeHref } from "./links.ts";
export { MarkdownView, renderMarkdown } from "./stream.ts";
