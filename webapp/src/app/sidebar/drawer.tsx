// The list of conversations: search and rows. On wide screens it is next to the chat; on narrow
// ones it covers the chat, and a tap outside, Escape or Back closes it.
import { useRef } from "preact/hooks";
import { loadList } from "../../actions/conversations.ts";
import { toast } from "../../actions/toast.ts";
import { t } from "../../i18n/index.ts";
import { closeScreen, openedScreen, openScreen } from "../../state/navigation.ts";
import { newChat } from "../composer/new-chat.ts";
import { IconButton, Skeleton } from "../ui/controls.tsx";
import { deferredViews } from "../ui/deferred-views.ts";
import { useFocusInside } from "../ui/focus-trap.ts";
import { Icon } from "../ui/icons.tsx";

export function Drawer() {
  const isOpen = openedScreen("drawer") !== null;
  const self = useRef<HTMLElement>(null);
  useFocusInside(self, isOpen, () => closeScreen("drawer"));
  return (
    <>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: a tap beside the drawer closes it */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: for keys there are Escape and a button */}
      {isOpen && <div class="scrim" onClick={() => closeScreen("drawer")} />}
      <nav
        class={isOpen ? "drawer open" : "drawer"}
        id="drawer"
        aria-label={t("app.chats.title")}
        ref={self}
      >
        <div class="drawer-head">
          <h2 class="drawer-title">{t("app.chats.title")}</h2>
          <IconButton
            icon="settings"
            label={t("app.settings.title")}
            onClick={() => openScreen({ name: "settings" })}
          />
          {isOpen && (
            <IconButton icon="close" label={t("app.close")} onClick={() => closeScreen("drawer")} />
          )}
        </div>
        <Search />
        <div class="drawer-scroll" tabIndex={-1}>
          {deferredViews.value ? <deferredViews.value.ConversationRows /> : <Skeleton lines={7} />}
        </div>
        <div class="drawer-foot">
          <button type="button" class="text-button" onClick={newChat}>
            <Icon name="write" />
            {t("app.chats.new")}
          </button>
        </div>
        {/* The page beside the open list is covered, and shut off. */}
        {isOpen && toast.value && deferredViews.value && <deferredViews.value.Toast />}
      </nav>
    </>
  );
}

const SEARCH_AFTER = 250;
let waiting: ReturnType<typeof setTimeout> | undefined;

function search(event: Event): void {
  const query = (event.currentTarget as HTMLInputElement).value.trim();
  clearTimeout(waiting);
  waiting = setTimeout(() => void loadList(query), SEARCH_AFTER);
}

function Search() {
  return (
    <div class="search">
      <Icon name="search" />
      <input
        type="search"
        dir="auto"
        placeholder={t("app.chats.search")}
        aria-label={t("app.chats.search")}
        autocomplete="off"
        enterkeyhint="search"
        onInput={search}
      />
    </div>
  );
}
