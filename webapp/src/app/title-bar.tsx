// The title bar: a button for the list, the open chat's title, and a button for a new chat.

import { supports } from "../bridge/index.ts";
import { t } from "../i18n/index.ts";
import { closeTopScreen, currentPage, openScreen } from "../state/navigation.ts";
import { title } from "../state/store.ts";
import { newChat } from "./composer/new-chat.ts";
import { IconButton } from "./ui/controls.tsx";
import { deferredViews } from "./ui/deferred-views.ts";

/** Telegram's own back button is in its header; the app draws one only where there is none. */
const ownBack = (): boolean => !supports("web_app_setup_back_button");

export function Bar() {
  const screen = currentPage.value;
  // A link may open a page whose texts come with the views.
  const key = deferredViews.value ? `app.${screen?.name}.title` : "app.name";
  const heading = screen ? t(key) : (title.value ?? t("app.title"));
  return (
    <header class="bar">
      {screen ? (
        ownBack() ? (
          <IconButton icon="back" label={t("app.back")} onClick={closeTopScreen} />
        ) : (
          <span />
        )
      ) : (
        <IconButton
          icon="menu"
          label={t("app.chats.open")}
          class="only-narrow"
          onClick={() => openScreen({ name: "drawer" })}
        />
      )}
      <h1 class="bar-title" dir="auto">
        {heading}
      </h1>
      {!screen && <IconButton icon="write" label={t("app.chats.new")} onClick={newChat} />}
    </header>
  );
}
