// The keyboard that a bot shows in place of the letters.
import { t } from "../boot.ts";
import { agree } from "../frame/ask.ts";
import { openApp } from "../frame/open.ts";
import { attempt, showToast } from "../toast.ts";
import { act } from "../world/actions.ts";
import { myId } from "../world/live.ts";
import type { KeyboardButton, ReplyKeyboard } from "../world/telegram.ts";

export function ReplyKeyboardView({
  keyboard,
  onUsed,
}: {
  keyboard: ReplyKeyboard;
  onUsed: () => void;
}) {
  const use = (button: KeyboardButton) => {
    onUsed();
    void press(button);
  };
  return (
    <div
      class={`reply-keyboard ${keyboard.resize_keyboard ? "" : "tall"}`}
      role="group"
      aria-label={t("chat.keyboard")}
    >
      {(keyboard.keyboard ?? []).map((row, index) => (
        <div key={index} class="inline-row">
          {row.map(asButton).map((button, at) => (
            <button
              key={at}
              type="button"
              class={`message-button ${button.style ?? ""}`}
              onClick={() => use(button)}
            >
              <span class="message-button-text">{button.text}</span>
            </button>
          ))}
        </div>
      ))}
    </div>
  );
}

const asButton = (button: KeyboardButton | string): KeyboardButton =>
  typeof button === "string" ? { text: button } : button;

async function press(button: KeyboardButton): Promise<void> {
  const personId = myId.value;
  const asks = button.request_users ?? button.request_chat ?? button.request_managed_bot;
  if (button.web_app)
    return openApp("keyboard", { url: button.web_app.url, buttonText: button.text });
  if (button.request_contact) {
    if (await agree("phone")) await attempt(act({ type: "shareContact", personId }));
  } else if (asks) {
    if (await agree("shareAsk"))
      await attempt(act({ type: "shareByButton", personId, text: button.text }));
  } else if (button.request_poll ?? button.request_location) showToast(t("chat.unsupportedButton"));
  else await attempt(act({ type: "sendText", personId, text: button.text }));
}
