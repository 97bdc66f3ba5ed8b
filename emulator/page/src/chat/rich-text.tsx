// Text inside rich messages. Source: core.telegram.org/bots/api#richtext
import { type ComponentChildren, h } from "preact";
import type { RichBlock, RichRun, RichText } from "../world/telegram.ts";
import { ButtonFace } from "./button-face.tsx";
import { Command, Moment, Spoiler } from "./formatted.tsx";
import { Link } from "./links.tsx";
import { Formula } from "./math.tsx";

export function Rich({ text }: { text: RichText | undefined }) {
  if (text === undefined) return null;
  if (typeof text === "string") return <>{text}</>;
  if (Array.isArray(text))
    return (
      <>
        {text.map((one, index) => (
          <Rich key={index} text={one} />
        ))}
      </>
    );
  return <Run run={text} />;
}

/** The plain text of rich text, for names and labels. */
export function plainText(text: RichText | undefined): string {
  if (text === undefined) return "";
  if (typeof text === "string") return text;
  if (Array.isArray(text)) return text.map(plainText).join("");
  return text.text === undefined
    ? (text.expression ?? text.alternative_text ?? "")
    : plainText(text.text);
}

/** The plain text of the first blocks that have some, for a one-line preview. */
export function blockText(blocks: readonly RichBlock[]): string {
  const parts = blocks.map(
    (block) => plainText(block.text ?? block.summary) || blockText(block.blocks ?? []),
  );
  return parts.filter(Boolean).slice(0, 3).join(" ");
}

const PLAIN: Readonly<Record<string, string>> = {
  bold: "strong",
  italic: "em",
  underline: "u",
  strikethrough: "s",
  code: "code",
  marked: "mark",
  subscript: "sub",
  superscript: "sup",
};

function Run({ run }: { run: RichRun }) {
  const children: ComponentChildren = <Rich text={run.text} />;
  const Tag = PLAIN[run.type];
  if (Tag) return h(Tag, null, children);
  switch (run.type) {
    case "spoiler":
      return <Spoiler>{children}</Spoiler>;
    case "url":
      return <Link address={run.url ?? ""}>{children}</Link>;
    case "email_address":
      return <Link address={`mailto:${run.email_address ?? ""}`}>{children}</Link>;
    case "phone_number":
      return <Link address={`tel:${run.phone_number ?? ""}`}>{children}</Link>;
    case "bot_command":
      return <Command command={run.bot_command ?? plainText(run.text)}>{children}</Command>;
    case "date_time":
      return <Moment unix={run.unix_time ?? 0}>{children}</Moment>;
    case "mathematical_expression":
      return <Formula tex={run.expression ?? ""} />;
    case "custom_emoji":
      return <>{run.alternative_text}</>;
    case "reference":
      return <span data-reference={run.name}>{children}</span>;
    case "reference_link":
      return <ToReference name={run.reference_name ?? ""}>{children}</ToReference>;
    case "button":
      return run.button ? (
        <ButtonFace button={run.button}>
          <Rich text={run.button.text} />
        </ButtonFace>
      ) : null;
    case "anchor":
      return null;
    default:
      return <span class="tag">{children}</span>;
  }
}

/** A footnote's number, which links to the footnote in the same message. */
function ToReference({ name, children }: { name: string; children: ComponentChildren }) {
  const go = (event: MouseEvent) => {
    const message = (event.currentTarget as Element).closest(".rich");
    const places = [...(message?.querySelectorAll<HTMLElement>("[data-reference]") ?? [])];
    places.find((one) => one.dataset.reference === name)?.scrollIntoView({ block: "center" });
  };
  return (
    <sup>
      <button type="button" class="inline-action" onClick={go}>
        {children}
      </button>
    </sup>
  );
}
