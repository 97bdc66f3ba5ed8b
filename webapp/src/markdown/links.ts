// Addresses to which an answer may link.

const SCHEMES = new Set(["http:", "https:", "mailto:", "tel:", "tg:"]);

/** `href` in its normal form, or null: relative, malformed or of a scheme that is not listed. */
export function safeHref(href: string): string | null {
  try {
    // Without a base, so that nothing can lead into this app itself.
    const url = new URL(href);
    return SCHEMES.has(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}
