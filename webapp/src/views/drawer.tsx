// The list of conversations: search and rows. Beside the chat on wide
// screens; on narrow ones over it, and then it is left by a tap beside it, Escape or Back.
import { useRef } from "preact/hooks";
import { t } from "../i18n.ts";
import { loadList } from "../state/actions/conversations.ts";
import { close, open, opened } from "../state/nav.ts";
import { newChat } from "./bar.tsx";
import { useFocusInside } from "./focus.ts";
import { Icon } from "./icons.tsx";
import { rest } from "./lazy.ts";
import { IconButton, Skeleton } from "./parts.tsx";

export function Drawer() {
  const isOpen = opened("drawer") !== null;
  const self = useRef<HTMLElement>(null);
  useFocusInside(self, isOpen, () => close("drawer"));
  return (
    <>
      {isOpen && <div class="scrim" onClick={() => close("drawer")} />}
      <nav class={isOpen ? "drawer open" : "drawer"} id="drawer" aria-label={t("app.chats.title")} ref={self}>
        <div class="drawer-head">
          <h2 class="drawer-title">{t("app.chats.title")}</h2>
          <IconButton icon="settings" label={t("app.settings.title")} onClick={() => open({ name: "settings" })} />
          {isOpen && <IconButton icon="close" label={t("app.close")} onClick={() => close("drawer")} />}
        </div>
        <Search />
        <div class="drawer-scroll" tabIndex={-1}>
          {rest.value ? <rest.value.Rows /> : <Skeleton lines={7} />}
        </div>
        <div class="drawer-foot">
          <button type="button" class="text-button" onClick={newChat}>
            <Icon name="write" />
            {t("app.chats.new")}
          </button>
        </div>
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
