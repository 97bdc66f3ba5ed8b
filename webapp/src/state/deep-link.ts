// Parses a link into the app: `?conversation=<id>` or `?page=<page>` on a button of the bot, or a
// start parameter. A start parameter is one word of at most 512 letters, digits, "_" and "-":
//
//   c_<id>           a conversation; the id's dashes are optional
//   plans            the plans; also premium
//   settings         the settings; settings_<page>: one of their pages, such as settings_usage
//   gift_<code>      a gift to open; also g_<code>
//   m_<task>         a task in the composer; m_<task>_<text> with its text, in base64url
//   t_<text>         a text in the composer
//   s_<token>        a shared chat, to continue
//   faults           adds models that simulate failures
import { signal } from "@preact/signals";

/** The settings pages that a link can open. */
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

/** Whether models that simulate failures are listed; for testing, turned on by a link. */
export const faultsShown = signal(false);

const DASHED = /^([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})$/;

/** A link's target; null if there is none, or for an unknown link. */
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
