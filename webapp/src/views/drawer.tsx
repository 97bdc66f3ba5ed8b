// The list of conversations: search, pinned, recent, more on scrolling. Beside the chat on wide
// screens; on narrow ones over it, and then it is left by a tap beside it, Escape or Back.
import { useEffect, useRef } from "preact/hooks";
import { t } from "../i18n.ts";
import { loadList, loadMore } from "../state/actions/conversations.ts";
import { shownIds } from "../state/conversations.ts";
import { close, open, opened } from "../state/nav.ts";
import { conversations, list, session } from "../state/store.ts";
import { newChat } from "./bar.tsx";
import { Row } from "./conversation-row.tsx";
import { Icon } from "./icons.tsx";
import { IconButton, Skeleton, Trouble, Way } from "./parts.tsx";
import { useFocusInside } from "./focus.ts";

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
        <Rows />
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

function Rows() {
  const { status, failure, query, ids } = list.value;
  const { pinned, recent } = shownIds({ list: list.value, conversations: conversations.value });
  const waits = ids.length === 0 && (status === "loading" || status === "empty") && session.value !== "failed";
  return (
    <div class="drawer-scroll" tabIndex={-1}>
      {waits && <Skeleton lines={7} />}
      <Group title={query ? "" : t("app.chats.pinned")} ids={pinned} />
      <Group title={pinned.length && !query ? t("app.chats.recent") : ""} ids={recent} />
      {status === "ready" && !ids.length && (
        <p class="nothing">{t(query ? "app.chats.notFound" : "app.chats.none")}</p>
      )}
      {failure && (
        <Trouble failure={failure}><Way onClick={() => void loadList(query)}>{t("app.retry")}</Way></Trouble>
      )}
      <More />
    </div>
  );
}

function Group({ title, ids }: { title: string; ids: readonly string[] }) {
  if (!ids.length) return null;
  return (
    <>
      {title && <h3 class="group-title">{title}</h3>}
      <ul class="rows">
        {ids.map((id) => {
          const conversation = conversations.value[id];
          return conversation && <Row key={id} conversation={conversation} />;
        })}
      </ul>
    </>
  );
}

/** Loads the next page when its place comes near the view. */
function More() {
  const mark = useRef<HTMLDivElement>(null);
  const { nextCursor, status } = list.value;
  useEffect(() => {
    if (!mark.current || !nextCursor || status !== "ready") return undefined;
    const watch = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && void loadMore(),
      { rootMargin: "400px" },
    );
    watch.observe(mark.current);
    return () => watch.disconnect();
  }, [nextCursor, status]);
  return <div ref={mark}>{status === "more" && <Skeleton lines={2} />}</div>;
}
