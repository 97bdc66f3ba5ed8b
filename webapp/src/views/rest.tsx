// Everything that the first screen does without: messages with their Markdown, the other
// screens, the sheets. One chunk, fetched as soon as the shell has been taken over.
import { addIcons } from "./icons.tsx";
import { MORE } from "./more-icons.ts";

addIcons(MORE);

export { send, sendLeftovers, stop } from "../state/actions/ask.ts";
export { follow } from "../state/actions/follow.ts";
export { PickedFiles } from "./attach.tsx";
export { Rows } from "./conversation-rows.tsx";
export { useMarkdown } from "./markdown.ts";
export { PickedTask } from "./how.tsx";
export { Messages } from "./messages.tsx";
export { PageView, Sheets } from "./pages.tsx";
