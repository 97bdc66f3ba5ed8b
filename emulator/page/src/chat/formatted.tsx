// Formatted text as DOM: every entity becomes an element, and text never becomes markup.
import { type ComponentChildren, h } from "preact";
import { useState } from "preact/hooks";
import { t, timeText } from "../boot.ts";
import { attempt } from "../toast.ts";
import { act } from "../world/actions.ts";
import { myId } from "../world/live.ts";
import type { Entity } from "../world/telegram.ts";
import { entityTree, type Node, textOf } from "./entities.ts";
import { Link } from "./links.tsx";

/** A message's text with its entities. */
export function Formatted({
  text,
  entities,
}: {
  text: string;
  entities?: readonly Entity[] | undefined;
}) {
  return <>{render(entityTree(text, entities))}</>;
}

function render(nodes: readonly Node[]): ComponentChildren {
  return nodes.map((node, index) =>
    typeof node === "string" ? (
      node
    ) : (
      <EntityView key={index} entity={node.entity} nodes={node.children} />
    ),
  );
}

const PLAIN: Readonly<Record<string, string>> = {
  bold: "strong",
  italic: "em",
  underline: "u",
  strikethrough: "s",
  code: "code",
  blockquote: "blockquote",
};

function EntityView({ entity, nodes }: { entity: Entity; nodes: readonly Node[] }) {
  const children = render(nodes);
  const text = textOf(nodes);
  const Tag = PLAIN[entity.type];
  if (Tag) return h(Tag, null, children);
  switch (entity.type) {
    case "pre":
      return <Code text={text} language={entity.language} />;
    case "spoiler":
      return <Spoiler>{children}</Spoiler>;
    case "expandable_blockquote":
      return <Expandable>{children}</Expandable>;
    case "text_link":
      return <Link address={entity.url ?? ""}>{children}</Link>;
    case "url":
      return <Link address={text}>{children}</Link>;
    case "email":
      return <Link address={`mailto:${text}`}>{children}</Link>;
    case "phone_number":
      return <Link address={`tel:${text}`}>{children}</Link>;
    case "mention":
      return <Link address={`https://t.me/${text.slice(1)}`}>{children}</Link>;
    case "bot_command":
      return <Command command={text}>{children}</Command>;
    case "date_time":
      return <Moment unix={entity.unix_time ?? 0}>{children}</Moment>;
    case "hashtag":
    case "cashtag":
    case "text_mention":
      return <span class="tag">{children}</span>;
    default:
      return <span>{children}</span>;
  }
}

export function Spoiler({ children }: { children: ComponentChildren }) {
  const [shown, setShown] = useState(false);
  if (shown) return <span class="spoiler shown">{children}</span>;
  return (
    <button
      type="button"
      class="spoiler"
      aria-label={t("chat.spoiler")}
      onClick={() => setShown(true)}
    >
      <span aria-hidden="true">{children}</span>
    </button>
  );
}

export function Expandable({ children }: { children: ComponentChildren }) {
  const [open, setOpen] = useState(false);
  return (
    <blockquote class={open ? "" : "folded"}>
      <div>{children}</div>
      <button type="button" class="more" aria-expanded={open} onClick={() => setOpen(!open)}>
        {t(open ? "chat.less" : "chat.more")}
      </button>
    </blockquote>
  );
}

/** A block of code. It can scroll sideways, so it is focusable and has a name. */
export function Code({ text, language }: { text: string; language?: string | undefined }) {
  const label = language ? t("chat.codeIn", { language }) : t("chat.code");
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keys
    <pre tabIndex={0} role="region" aria-label={label} dir="ltr">
      {language && <span class="language">{language}</span>}
      <code>{text}</code>
    </pre>
  );
}

export function Command({ command, children }: { command: string; children: ComponentChildren }) {
  const send = () => void attempt(act({ type: "sendText", personId: myId.value, text: command }));
  return (
    <button type="button" class="inline-action" onClick={send}>
      {children}
    </button>
  );
}

export function Moment({ unix, children }: { unix: number; children: ComponentChildren }) {
  const at = new Date(unix * 1000);
  if (Number.isNaN(at.getTime())) return <>{children}</>;
  const title = timeText(at, { dateStyle: "full", timeStyle: "long" });
  return (
    <time dateTime={at.toISOString()} title={title}>
      {children}
    </time>
  );
}
