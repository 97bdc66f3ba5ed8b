// The messages, oldest first. The view follows the end while the reader is at the end.
import { Fragment } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { t } from "../boot.ts";
import { Avatar } from "../views/avatar.tsx";
import { BotSilent } from "../views/guide.tsx";
import { Icon } from "../views/icon.tsx";
import type { BotProfile, Chat, ChatMessage } from "../world/types.ts";
import { DraftView } from "./draft.tsx";
import { MessageView } from "./message.tsx";
import { dayOf } from "./service.ts";

const NEAR_END = 60;

export function MessageList({ bot, chat }: { bot: BotProfile; chat: Chat }) {
  const box = useRef<HTMLDivElement>(null);
  const [atEnd, setAtEnd] = useState(true);
  useFollow(box, atEnd);
  const toEnd = () => box.current?.scrollTo({ top: box.current.scrollHeight });
  const scrolled = () => setAtEnd(isNearEnd(box.current));
  return (
    <div class="messages-frame">
      <div
        class="messages"
        ref={box}
        onScroll={scrolled}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keys
        tabIndex={0}
        role="region"
        aria-label={t("chat.messages")}
      >
        {chat.messages.length === 0 && <Introduction bot={bot} />}
        <div role="log" aria-relevant="additions">
          <ol>
            <Days messages={chat.messages} />
          </ol>
        </div>
        {chat.drafts.length > 0 && (
          // Outside the log: a screen reader reads the whole answer once and not every piece.
          <ol>
            {chat.drafts.map((draft) => (
              <DraftView key={draft.draftId} draft={draft} />
            ))}
          </ol>
        )}
        <BotSilent />
      </div>
      {!atEnd && (
        <button type="button" class="to-end" aria-label={t("chat.toEnd")} onClick={toEnd}>
          <Icon name="arrowDown" />
        </button>
      )}
    </div>
  );
}

function Days({ messages }: { messages: readonly ChatMessage[] }) {
  let known = "";
  return (
    <>
      {messages.map((entry) => {
        const day = dayOf(entry.message);
        const first = day !== known;
        known = day;
        return (
          <Fragment key={entry.id}>
            {first && (
              <li class="service day">
                <span>{day}</span>
              </li>
            )}
            <MessageView entry={entry} />
          </Fragment>
        );
      })}
    </>
  );
}

function Introduction({ bot }: { bot: BotProfile }) {
  return (
    <div class="introduction">
      <Avatar of={bot} size="large" />
      <h3>{t("chat.what", { name: bot.firstName })}</h3>
      <p dir="auto">{bot.description || t("chat.noDescription")}</p>
    </div>
  );
}

/** Keeps the end in view as content and box grow, until the reader scrolls up. */
function useFollow(box: { current: HTMLDivElement | null }, follow: boolean): void {
  const following = useRef(follow);
  following.current = follow;
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const stick = () => {
      if (following.current) element.scrollTop = element.scrollHeight;
    };
    const size = new ResizeObserver(stick);
    size.observe(element);
    const content = new MutationObserver(stick);
    content.observe(element, { childList: true, subtree: true, characterData: true });
    element.addEventListener("load", stick, true);
    stick();
    return () => {
      size.disconnect();
      content.disconnect();
      element.removeEventListener("load", stick, true);
    };
  }, []);
}

function isNearEnd(box: HTMLDivElement | null): boolean {
  return !box || box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END;
}
