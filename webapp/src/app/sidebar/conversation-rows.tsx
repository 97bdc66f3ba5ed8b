// The rows of the list: pinned, then by day, and more of them on scrolling.
import { useEffect, useRef } from "preact/hooks";
import { showFolder } from "../../actions/conversation-changes.ts";
import { loadList, loadMore } from "../../actions/conversations.ts";
import { t } from "../../i18n/index.ts";
import { folders, openFolder } from "../../state/folders.ts";
import { shownIds } from "../../state/shown-conversations.ts";
import { conversations, list, session } from "../../state/store.ts";
import { Problem, Skeleton, TextButton } from "../ui/controls.tsx";
import { Nothing } from "../ui/nothing.tsx";
import { Row } from "./conversation-row.tsx";
import { dateGroups } from "./date-groups.ts";

export function ConversationRows() {
  const { status, failure, query, ids } = list.value;
  const { pinned, recent } = shownIds({
    list: list.value,
    conversations: conversations.value,
    folder: query ? "" : openFolder.value,
  });
  const changedAt = (id: string): string => conversations.value[id]?.updatedAt ?? "";
  const waits =
    ids.length === 0 && (status === "loading" || status === "empty") && session.value !== "failed";
  return (
    <>
      {!query && <Folders />}
      {waits && <Skeleton lines={7} />}
      <Group title={t("app.chats.pinned")} ids={pinned} />
      {[...dateGroups(recent, changedAt, new Date())].map(([title, ids]) => (
        <Group key={title} title={title} ids={ids} />
      ))}
      {status === "ready" && !ids.length && (
        <Nothing
          icon={query ? "search" : "chat"}
          words={t(query ? "app.chats.notFound" : "app.chats.none")}
        />
      )}
      {failure && (
        <Problem failure={failure}>
          <TextButton onClick={() => void loadList(query)}>{t("app.retry")}</TextButton>
        </Problem>
      )}
      <More />
    </>
  );
}

/** Chips that filter the list by folder. */
function Folders() {
  const named = Object.values(conversations.value).flatMap(({ folder }) => folder ?? []);
  const all = [...new Set([...folders.value, ...named])].sort((a, b) => a.localeCompare(b));
  if (!all.length) return null;
  return (
    <div class="folders" role="group" aria-label={t("app.folders")}>
      {["", ...all].map((folder) => (
        <button
          key={folder}
          type="button"
          class="folder"
          dir="auto"
          aria-pressed={folder === openFolder.value}
          onClick={() => showFolder(folder)}
        >
          {folder || t("app.folders.all")}
        </button>
      ))}
    </div>
  );
}

function Group({ title, ids }: { title: string; ids: readonly string[] }) {
  if (!ids.length) return null;
  return (
    <>
      <h3 class="group-title">{title}</h3>
      <ul class="rows">
        {ids.map((id) => {
          const conversation = conversations.value[id];
          return conversation && <Row key={id} conversation={conversation} />;
        })}
      </ul>
    </>
  );
}

/** Loads the next page when its place comes near the viewport. */
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
