// The addresses that an answer may link to.

const SCHEMES = new Set(["http:", "https:", "mailto:", "tel:", "tg:"]);

/** `href` in normal form; null if it is relative, malformed or of a scheme that is not allowed. */
export function safeHref(href: string): string | null {
  try {
    // Without a base, so that no link leads into this app.
    const url = new URL(href);
    return SCHEMES.has(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}
