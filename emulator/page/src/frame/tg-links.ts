// What a t.me path means to a client: an invoice, a start of our bot, or another link.

export type TgLink =
  | { kind: "invoice"; slug: string }
  | { kind: "start"; parameter: string }
  | { kind: "startApp"; parameter: string }
  | { kind: "elsewhere" };

/** Parses a path with its query, such as `/$slug` or `/local_bot?start=x`. */
export function readTgLink(path: string, botUsername: string): TgLink {
  const url = parse(path);
  if (!url) return { kind: "elsewhere" };
  const invoice = /^\/(?:\$|invoice\/)([\w-]+)$/.exec(url.pathname.replace("%24", "$"));
  if (invoice?.[1]) return { kind: "invoice", slug: invoice[1] };
  const [, name = ""] = url.pathname.split("/");
  if (name.toLowerCase() !== botUsername.toLowerCase()) return { kind: "elsewhere" };
  const app = url.searchParams.get("startapp");
  if (app !== null) return { kind: "startApp", parameter: app };
  const start = url.searchParams.get("start");
  return start === null ? { kind: "elsewhere" } : { kind: "start", parameter: start };
}

function parse(path: string): URL | null {
  try {
    return new URL(path.startsWith("/") ? path : `/${path}`, "https://t.me");
  } catch {
    return null;
  }
}

/** The path of a URL on t.me, or null for any other. */
export function tgPath(href: string): string | null {
  try {
    const { protocol, hostname, pathname, search } = new URL(href);
    const ours = protocol === "https:" && (hostname === "t.me" || hostname === "telegram.me");
    return ours ? pathname + search : null;
  } catch {
    return null;
  }
}
