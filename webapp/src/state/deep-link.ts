// What a link into the app means: `?conversation=<id>` or `?page=<page>` on a button of the bot, or a
// start parameter. A start parameter is one word of at most 512 letters, digits, "_" and "-":
//
//   c_<id>           a conversation; the id may stand without its dashes
//   plans            what can be bought; also premium
//   settings         the settings; settings_<page>: a page of theirs, such as settings_usage
//   gift_<code>      a gift to open; also g_<code>
//   m_<task>         a task in the composer; m_<task>_<text> with its text, in base64url
//   t_<text>         a text in the composer
//   s_<token>        what somebody shares, to go on with
//   faults           models that play an outage are among the models
import { signal } from "@preact/signals";

/** Settings' pages that a link may open. */
export const LINKED_PAGES = [
  "subscription",
  "payments",
  "personas",
  "language",
  "instructions",
  "notices",
  "schedules",
  "business",
  "usage",
  "consents",
] as const;

export type DeepLink =
  | { to: "conversation"; id: string }
  | { to: "plans" }
  | { to: "settings"; page?: (typeof LINKED_PAGES)[number] }
  | { to: "gift"; code: string }
  | { to: "question"; task?: string; text: string }
  | { to: "shared"; token: string }
  | { to: "faults" };

/** Tasks that a composer can be set to. */
const TASKS = ["write", "translate", "summarise", "explain", "image"];

/** Whether models that play an outage are shown among the others: for trying out, by a link. */
export const faultsShown = signal(false);

const DASHED = /^([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})$/;

/** Where a link leads; null for none, and for what is not understood. */
export function deepLink(search: string, startParam = ""): DeepLink | null {
  const asked = new URLSearchParams(search);
  const named = asked.get("conversation");
  if (named) return conversation(named);
  const page = asked.get("page");
  if (page) return settings(page);
  const [, kind = "", rest = ""] = /^([a-z]+)(?:_(.*))?$/s.exec(startParam) ?? [];
  switch (kind) {
    case "c":
      return conversation(rest);
    case "plans":
    case "premium":
      return { to: "plans" };
    case "settings":
      return settings(rest);
    case "g":
    case "gift":
      return /^[\w-]{4,64}$/.test(rest) ? { to: "gift", code: rest } : null;
    case "t":
      return question(undefined, rest);
    case "m": {
      const [, task = "", text = ""] = /^([a-z]+)(?:_(.*))?$/s.exec(rest) ?? [];
      return TASKS.includes(task) ? question(task, text) : null;
    }
    case "s":
      return /^[\w-]{40,100}$/.test(rest) ? { to: "shared", token: rest } : null;
    case "faults":
      return { to: "faults" };
    default:
      return null;
  }
}

function conversation(id: string): DeepLink | null {
  const parts = DASHED.exec(id.toLowerCase());
  return parts ? { to: "conversation", id: parts.slice(1).join("-") } : null;
}

function settings(name: string): DeepLink {
  const page = LINKED_PAGES.find((one) => one === name);
  return page ? { to: "settings", page } : { to: "settings" };
}

function question(task: string | undefined, encoded: string): DeepLink | null {
  const text = decoded(encoded);
  if (text === null || (!task && !text)) return null;
  return task ? { to: "question", task, text } : { to: "question", text };
}

/** base64url of UTF-8; null for what is neither. */
function decoded(encoded: string): string | null {
  try {
    const binary = atob(encoded.replace(/-/g, "+").replace(/_/g, "/"));
    const bytes = Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
