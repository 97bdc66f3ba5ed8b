// Streaming Markdown. Load it lazily, with `import(".")`: it is half of all the code, and the first
// screen does not need it. Call `setHost` before drawing.

export { type Host, setHost } from "./host.ts";
export { safeHref } from "./links.ts";
export { MarkdownView, renderMarkdown } from "./stream.ts";
export { warmUp } from "./warm-up.ts";
