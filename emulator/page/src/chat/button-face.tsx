// A button of a message: its look and its action.
import type { ComponentChildren } from "preact";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { Icon, type IconName } from "../views/icon.tsx";
import type { ButtonAction } from "../world/telegram.ts";
import { press, pressed, pressKey } from "./press.ts";

/** The message that a button belongs to. */
export const MessageId = createContext(0);

export function ButtonFace({
  button,
  children,
}: {
  button: ButtonAction;
  children: ComponentChildren;
}) {
  const messageId = useContext(MessageId);
  const data = button.callback_data;
  const busy = data !== undefined && pressed.value.has(pressKey(messageId, data));
  const icon = iconOf(button);
  return (
    <button
      type="button"
      class={`message-button ${button.style ?? ""}`}
      disabled={button.disabled !== undefined}
      aria-busy={busy}
      onClick={() => press(button, messageId)}
    >
      <span class="message-button-text">{children}</span>
      {icon && <Icon name={icon} class="corner" />}
      {busy && <span class="spinner corner" />}
    </button>
  );
}

function iconOf(button: ButtonAction): IconName | null {
  if (button.url ?? button.login_url) return "arrowOut";
  if (button.web_app) return "window";
  if (button.copy_text) return "copy";
  return button.pay ? "star" : null;
}
