// Renders tokens to a tree of elements. Every text is a text node; every address passes the
// allow-list.

import type { MarkedToken, Token, Tokens } from "marked";
import { anchor, citation } from "./anchor.ts";
import { decodeEntities } from "./entities.ts";
import type { DetailsToken, FootnoteRefToken, FootnoteToken, MathToken } from "./extensions.ts";
import { scrolling, tools } from "./figure.ts";
import { Folds } from "./folds.ts";
import { t } from "./host.ts";
import { tagPairs } from "./inline-html.ts";
import type { Lexed } from "./lexer.ts";
import { safeHref } from "./links.ts";
import { h, type VElement, type VNode } from "./vdom.ts";

type Known = MarkedToken | MathToken | FootnoteToken | FootnoteRefToken | DetailsToken;

export interface Context {
  lexed: Lexed;
  /** The text is still growing: its last parts may be unfinished. */
  live: boolean;
  /** The inline tokens at the very end, and how to mend them. */
  mended?: { tokens: Token[]; mend: (source: string) => string } | undefined;
  /** The labels of existing footnotes; undefined until they are known. */
  footnotes?: ReadonlySet<string> | undefined;
  /** List items and table rows of the last drawing, and those of this one. */
  before: ReadonlyMap<string, VElement>;
  after: Map<string, VElement>;
  /** Whether this is inside a link's text, where no other link is allowed. */
  inLink?: boolean;
}

/** The elements of a run of blocks. */
export function renderBlocks(tokens: readonly Token[], context: Context): VNode[] {
  const folds = new Folds();
  for (const token of tokens) {
    if (token.type === "details")
      folds.take((token as DetailsToken).parts, (part) => line(part, context));
    else folds.add(block(token as Known, context));
  }
  return folds.finish();
}

function block(token: Known, context: Context): VNode[] {
  switch (token.type) {
    case "space":
    case "def":
      return [];
    case "heading":
      // One level for all: a model's levels would break the page's outline.
      return [h("h3", { class: `h${token.depth}`, dir: "auto" }, line(token.tokens, context))];
    case "paragraph":
      return [h("p", { dir: "auto" }, line(token.tokens, context))];
    case "text":
      return token.tokens ? line(token.tokens, context) : [decodeEntities(token.text)];
    case "checkbox":
      return [checkbox(token)];
    case "code":
      return [code(token, context)];
    case "blockquote":
      return [h("blockquote", { dir: "auto" }, renderBlocks(token.tokens, context))];
    case "list":
      return [list(token, context)];
    case "table":
      return [table(token, context)];
    case "hr":
      return [h("hr", {})];
    case "html":
      // HTML is shown as text.
      return [h("p", { class: "html", dir: "auto" }, [token.text.replace(/\n+$/, "")])];
    case "math":
      return [formula(token, context)];
    case "details":
      return [token.raw];
    case "footnote":
      return [footnote(token, context)];
    default:
      return [h("p", { dir: "auto" }, [token.raw])];
  }
}

/** Reuses the drawn items of lists and tables, which can become long. */
function reuse(key: string, last: boolean, context: Context, make: () => VElement): VElement {
  if (last && context.live) return make();
  const element = context.before.get(key) ?? make();
  context.after.set(key, element);
  return element;
}

function list(token: Tokens.List, context: Context): VElement {
  const attrs: Record<string, string> = { dir: direction(token.raw) };
  if (token.ordered && token.start !== 1) attrs.start = String(token.start);
  if (token.items.some((item) => item.task)) attrs.class = "tasks";
  const items = token.items.map((item, i) => {
    const key = `${token.loose ? "L" : "T"}${item.raw}`;
    const make = () => h("li", {}, renderBlocks(item.tokens, context));
    return reuse(key, i === token.items.length - 1, context, make);
  });
  return h(token.ordered ? "ol" : "ul", attrs, items);
}

/** The first letter's: items that begin in other letters keep their marks on the list's side.
 *  "auto" would not look into what has a direction of its own, as the paragraphs in items do. */
function direction(text: string): string {
  const letter = /\p{L}/u.exec(text)?.[0] ?? "";
  return !letter
    ? "auto"
    : /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/.test(letter)
      ? "rtl"
      : "ltr";
}

function checkbox(token: Tokens.Checkbox): VElement {
  const label = t(token.checked ? "app.markdown.done" : "app.markdown.todo");
  return h("span", { class: "task", role: "img", "aria-label": label }, [
    token.checked ? "☑" : "☐",
  ]);
}

function table(token: Tokens.Table, context: Context): VElement {
  const row = (cells: Tokens.TableCell[], tag: string) =>
    h(
      "tr",
      {},
      cells.map((cell) => {
        const attrs: Record<string, string> = { dir: "auto" };
        if (cell.align) attrs["data-align"] = cell.align;
        return h(tag, attrs, line(cell.tokens, context));
      }),
    );
  const rows = token.rows.map((cells, i) => {
    const key = `R${token.align.join()}${JSON.stringify(cells.map((cell) => cell.text))}`;
    return reuse(key, i === token.rows.length - 1, context, () => row(cells, "td"));
  });
  const body = rows.length ? [h("tbody", {}, rows)] : [];
  const inner = h("table", {}, [h("thead", {}, [row(token.header, "th")]), ...body]);
  return h("figure", {}, [
    h("div", scrolling("table", t("app.markdown.table")), [inner]),
    tools([]),
  ]);
}

function code(token: Tokens.Code, context: Context): VElement {
  const language = (token.lang ?? "").match(/^[\w+#.-]{1,30}/)?.[0].toLowerCase() ?? "";
  const label = language ? t("app.markdown.code_in", { language }) : t("app.markdown.code");
  const text = token.text.replace(/\n$/, "");
  const task = { kind: "code" as const, text, language };
  const done = language !== "" && isClosed(token, context);
  return h("figure", { class: "code" }, [
    tools([h("span", { class: "language" }, [language])]),
    h("pre", { ...scrolling("source", label), dir: "ltr" }, [
      h("code", {}, inGroups(text), done ? { task } : {}),
    ]),
  ]);
}

/** Long code in groups of lines, so that the browser lays out only the growing group. */
function inGroups(text: string): VNode[] {
  const groups = text.match(/(?:[^\n]*\n){64}|[\s\S]+$/g) ?? [];
  return groups.length < 2 ? groups : groups.map((lines) => h("span", { class: "lines" }, [lines]));
}

/** Whether the code block is complete, so that it can be coloured. */
function isClosed(token: Tokens.Code, context: Context): boolean {
  if (!context.live || token.codeBlockStyle === "indented") return !context.live;
  return /\n[ >]*(```+|~~~+)[ \t]*\n*$/.test(token.raw);
}

function formula({ tex, display, pending }: MathToken, context: Context): VElement {
  const named = { ...scrolling("math display", t("app.markdown.formula")), title: tex };
  const attrs = display ? named : { class: "math" };
  const ready = !(context.live && pending);
  const task = { kind: "math" as const, text: tex, display };
  const tag = display ? "div" : "span";
  const box = h(tag, { ...attrs, dir: "ltr" }, [tex], ready ? { task } : {});
  return display ? h("figure", {}, [box, tools([])]) : box;
}

function footnote(token: FootnoteToken, context: Context): VElement {
  const label = h("sup", {}, [token.label]);
  const body = h("div", {}, renderBlocks(token.tokens ?? [], context));
  const attrs = { class: "footnote", tabindex: "-1", "data-footnote": token.label };
  return h("div", attrs, [label, body]);
}

/** The content of one line or cell. */
function line(tokens: Token[], context: Context): VNode[] {
  const { lexed, mended } = context;
  const mend = mended?.tokens === tokens ? mended.mend : undefined;
  return inline(lexed.inline(tokens, mend), context);
}

function inline(tokens: readonly Token[], context: Context): VNode[] {
  const pairs = tagPairs(tokens);
  const between = (from: number, to: number): VNode[] => {
    const nodes: VNode[] = [];
    for (let at = from; at < to; at++) {
      const pair = pairs.get(at);
      if (!pair) {
        nodes.push(...span(tokens[at] as Known, context));
        continue;
      }
      nodes.push(h(pair.element, {}, between(at + 1, pair.end)));
      at = pair.end;
    }
    return nodes;
  };
  return between(0, tokens.length);
}

function span(token: Known, context: Context): VNode[] {
  switch (token.type) {
    case "text":
      return [token.escaped ? token.text : decodeEntities(token.text)];
    case "escape":
      return [token.text];
    case "strong":
    case "em":
    case "del":
      return [h(token.type, {}, inline(token.tokens, context))];
    case "codespan":
      return [h("code", { dir: "auto" }, [token.text])];
    case "br":
      return [h("br", {})];
    case "link":
      return link(token, context);
    case "image":
      return context.inLink ? [decodeEntities(token.text)] : image(token);
    case "html":
      return [/^<br\s*\/?>$/i.test(token.raw) ? h("br", {}) : token.raw];
    case "checkbox":
      return [checkbox(token), " "];
    case "math":
      return [inlineFormula(token)];
    case "footnoteRef":
      return [footnoteRef(token, context)];
    default:
      return [token.raw];
  }
}

/** Inside a line, even a displayed formula must be an inline element. */
function inlineFormula({ tex, display }: MathToken): VElement {
  const task = { kind: "math" as const, text: tex, display };
  return h("span", { class: display ? "math display" : "math", dir: "ltr" }, [tex], { task });
}

function link(token: Tokens.Link, context: Context): VNode[] {
  // An automatic link is literal: its text holds no references to resolve.
  const content = token.autolink
    ? [token.text]
    : inline(token.tokens, { ...context, inLink: true });
  if (context.inLink) return content;
  const href = safeHref(token.autolink ? token.href : decodeEntities(token.href));
  if (href === null) return content;
  return [citation(href, token.text) ?? anchor(href, content, token.title)];
}

/** An image becomes a link: loading it would tell its host who reads the chat. */
function image(token: Tokens.Image): VNode[] {
  const text = decodeEntities(token.text);
  const href = safeHref(decodeEntities(token.href));
  if (href === null) return [text];
  const label = `🖼 ${text || t("app.markdown.image")}`;
  return [
    {
      ...anchor(href, [label], token.title),
      attrs: { ...anchor(href, [], token.title).attrs, class: "image" },
    },
  ];
}

function footnoteRef({ label, raw }: FootnoteRefToken, { footnotes }: Context): VNode {
  if (footnotes && !footnotes.has(label)) return raw;
  const attrs = {
    type: "button",
    class: "footnote-ref",
    "aria-label": t("app.markdown.footnote", { label }),
  };
  return h("sup", {}, [h("button", attrs, [label], { onClick: showFootnote })]);
}

function showFootnote(event: Event): void {
  const button = event.currentTarget as HTMLElement;
  const label = button.textContent ?? "";
  const notes = button.closest("[data-markdown]")?.querySelectorAll<HTMLElement>("[data-footnote]");
  const note = [...(notes ?? [])].find((element) => element.dataset.footnote === label);
  note?.scrollIntoView({ block: "nearest" });
  note?.focus({ preventScroll: true });
}
