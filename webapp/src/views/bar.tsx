// The bar over the page: the way to the list, what is open, and a new chat.
import { supports } from "../bridge/index.ts";
import { t } from "../i18n.ts";
import { openConversation } from "../state/actions/conversations.ts";
import { back, open, page } from "../state/nav.ts";
import { title } from "../state/store.ts";
import { focusComposer, hasKeyboard } from "./compose.ts";
import { IconButton } from "./parts.tsx";

export function newChat(): void {
  openConversation(null);
  if (hasKeyboard()) focusComposer();
}

/** Telegram's own back button is in its header; the app draws one only where there is none. */
const ownBack = (): boolean => !supports("web_app_setup_back_button");

export function Bar() {
  const screen = page.value;
  const heading = screen ? t(`app.${screen.name}.title`) : (title.value ?? t("app.title"));
  return (
    <header class="bar">
      {screen ? (
        ownBack() ? <IconButton icon="back" label={t("app.back")} onClick={back} /> : <span />
      ) : (
        <IconButton
          icon="menu"
          label={t("app.chats.open")}
          class="only-narrow"
          onClick={() => open({ name: "drawer" })}
        />
      )}
      <h1 class="bar-title" dir="auto">{heading}</h1>
      {!screen && (
        <IconButton icon="write" label={t("app.chats.new")} onClick={newChat} />
      )}
    </header>
  );
}

