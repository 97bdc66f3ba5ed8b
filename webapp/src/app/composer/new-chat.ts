// Starts a new chat, ready to be typed into.
import { openConversation } from "../../actions/conversations.ts";
import { hasKeyboard } from "../ui/text-input.ts";
import { focusComposer } from "./composer-text.ts";

export function newChat(): void {
  openConversation(null);
  if (hasKeyboard()) focusComposer();
}
