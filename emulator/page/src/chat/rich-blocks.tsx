// Blocks of rich messages. Source: core.telegram.org/bots/api#richblock
import { t } from "../boot.ts";
import type {
  RichBlock,
  RichCaption,
  RichCell,
  RichListItem,
  RichText,
} from "../world/telegram.ts";
import { ButtonFace } from "./button-face.tsx";
import { AudioFile, DocumentFile, Photo, VideoFile } from "./files.tsx";
import { Code, Expandable } from "./formatted.tsx";
import { Formula } from "./math.tsx";
import { plainText, Rich } from "./rich-text.tsx";

export function Blocks({ blocks }: { blocks: readonly RichBlock[] | undefined }) {
  return (
    <>
      {(blocks ?? []).map((block, index) => (
        <Block key={index} block={block} />
      ))}
    </>
  );
}

function Block({ block }: { block: RichBlock }) {
  switch (block.type) {
    case "paragraph":
      return (
        <p>
          <Rich text={block.text} />
        </p>
      );
    case "heading":
      return <Heading block={block} />;
    case "pre":
      return <Code text={plainText(block.text)} language={block.language} />;
    case "footer":
      return (
        <p class="footnote">
          <Rich text={block.text} />
        </p>
      );
    case "divider":
      return <hr />;
    case "mathematical_expression":
      return <Formula tex={block.expression ?? ""} block />;
    case "thinking":
      return (
        <p class="thinking">
          <Rich text={block.text} />
        </p>
      );
    case "list":
      return <List items={block.items ?? []} />;
    case "blockquote":
      return (
        <blockquote>
          <Blocks blocks={block.blocks} />
          <Credit text={block.credit} />
        </blockquote>
      );
    case "expandable_blockquote":
      return (
        <Expandable>
          {block.blocks ? <Blocks blocks={block.blocks} /> : <Rich text={block.text} />}
          <Credit text={block.credit} />
        </Expandable>
      );
    case "pullquote":
      return (
        <blockquote class="pull">
          <Rich text={block.text} />
          <Credit text={block.credit} />
        </blockquote>
      );
    case "table":
      return <Table block={block} />;
    case "details":
      return <Details block={block} />;
    case "buttons":
      return <Buttons block={block} />;
    case "anchor":
      return null;
    default:
      return <Media block={block} />;
  }
}

/** Levels 1 to 6 of the message, marked up without disturbing the page's own heading levels. */
function Heading({ block }: { block: RichBlock }) {
  const level = Math.min(6, Math.max(1, block.size ?? 3));
  return (
    <p class={`heading size-${level}`} role="heading" aria-level={Math.min(6, level + 2)}>
      <Rich text={block.text} />
    </p>
  );
}

function List({ items }: { items: readonly RichListItem[] }) {
  return (
    <ul class="rich-list">
      {items.map((item, index) => (
        <li key={index}>
          <ItemMark item={item} />
          <div>
            <Blocks blocks={item.blocks} />
          </div>
        </li>
      ))}
    </ul>
  );
}

function ItemMark({ item }: { item: RichListItem }) {
  if (!item.has_checkbox)
    return (
      <span class="mark" aria-hidden="true">
        {item.label || "•"}
      </span>
    );
  const name = t(item.is_checked ? "chat.checked" : "chat.unchecked");
  return (
    <span class="mark" role="img" aria-label={name}>
      {item.is_checked ? "☑" : "☐"}
    </span>
  );
}

function Table({ block }: { block: RichBlock }) {
  const caption = captionOf(block.caption);
  const look = `${block.is_bordered ? "bordered " : ""}${block.is_striped ? "striped" : ""}`;
  return (
    <div
      class="table-scroll"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keys
      tabIndex={0}
      role="region"
      aria-label={plainText(caption?.text) || t("chat.table")}
    >
      <table class={look}>
        {caption && (
          <caption>
            <Rich text={caption.text} />
          </caption>
        )}
        <tbody>
          {(block.cells ?? []).map((row, index) => (
            <tr key={index}>
              {row.map((cell, at) => (
                <Cell key={at} cell={cell} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cell({ cell }: { cell: RichCell }) {
  const span = { colSpan: cell.colspan ?? 1, rowSpan: cell.rowspan ?? 1 };
  const text = <Rich text={cell.text} />;
  const look = `to-${cell.align}`;
  return cell.is_header ? (
    <th {...span} class={look}>
      {text}
    </th>
  ) : (
    <td {...span} class={look}>
      {text}
    </td>
  );
}

function Details({ block }: { block: RichBlock }) {
  return (
    <details open={block.is_open === true}>
      <summary>
        <Rich text={block.summary} />
      </summary>
      <Blocks blocks={block.blocks} />
    </details>
  );
}

function Buttons({ block }: { block: RichBlock }) {
  return (
    <div class={`rich-buttons to-${block.align ?? "left"}`}>
      {(block.buttons ?? []).map((button, index) => (
        <ButtonFace key={index} button={button}>
          <Rich text={button.text} />
        </ButtonFace>
      ))}
    </div>
  );
}

function Media({ block }: { block: RichBlock }) {
  const caption = captionOf(block.caption);
  return (
    <figure>
      <MediaBody block={block} label={plainText(caption?.text)} />
      {caption && (
        <figcaption>
          <Rich text={caption.text} />
          <Credit text={caption.credit} />
        </figcaption>
      )}
    </figure>
  );
}

function MediaBody({ block, label }: { block: RichBlock; label: string }) {
  if (block.photo) return <Photo sizes={block.photo} label={label} />;
  if (block.video ?? block.animation) return <VideoFile file={(block.video ?? block.animation)!} />;
  if (block.audio ?? block.voice_note)
    return <AudioFile file={(block.audio ?? block.voice_note)!} />;
  if (block.document) return <DocumentFile file={block.document} />;
  if (block.location) return <p>{`${block.location.latitude}, ${block.location.longitude}`}</p>;
  if (block.blocks)
    return (
      <div class="gallery">
        <Blocks blocks={block.blocks} />
      </div>
    );
  return <p class="unsupported">{t("chat.unsupported", { kind: block.type })}</p>;
}

function Credit({ text }: { text: RichText | undefined }) {
  return text === undefined ? null : (
    <cite>
      <Rich text={text} />
    </cite>
  );
}

function captionOf(caption: RichBlock["caption"]): RichCaption | null {
  if (caption === undefined) return null;
  const isCaption = typeof caption === "object" && !Array.isArray(caption) && !("type" in caption);
  return isCaption ? (caption as RichCaption) : { text: caption as RichText };
}
