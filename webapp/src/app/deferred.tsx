// The chunk that the first screen does not need: messages with their Markdown, the other screens,
// the sheets, and their actions. Fetched once the shell has been hydrated.

import { DEFERRED_ICONS } from "./ui/deferred-icons.ts";
import { addIcons } from "./ui/icons.tsx";

addIcons(DEFERRED_ICONS);

export { addFiles } from "../actions/attachments.ts";
export { continueShared } from "../actions/conversation-changes.ts";
export { keepDeviceCopy } from "../actions/device-copy.ts";
export { followPerson } from "../actions/live.ts";
export { sendMessage, sendOutbox, stopAnswer } from "../actions/messages.ts";
export { followRun } from "../actions/runs.ts";
export { keepShell } from "../actions/shell.ts";
export { reduce } from "../state/reducer.ts";
export { setMarkdownRenderer } from "./chat/markdown-renderer.ts";
export { Messages } from "./chat/messages.tsx";
export { ChatMode } from "./composer/chat-mode.tsx";
export { Dictate } from "./composer/dictate.tsx";
export { PickedTask } from "./composer/picked-task.tsx";
export { Quota } from "./composer/quota.tsx";
export { TextLength } from "./composer/text-length.tsx";
export { Uploads } from "./composer/uploads.tsx";
export { Offline } from "./offline.tsx";
export { Refused } from "./refused.tsx";
export { PageView, Sheets } from "./screens.tsx";
export { ConversationRows } from "./sidebar/conversation-rows.tsx";
export { Toast } from "./toast.tsx";
