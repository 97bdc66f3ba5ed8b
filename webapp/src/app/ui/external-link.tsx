// A link to a web page, which Telegram opens outside the app.
import type { ComponentChildren } from "preact";
import { openLink } from "../../bridge/links.ts";

/** The site's name; empty if it is not a web address. */
export function host(url: string): string {
  try {
    const { protocol, hostname } = new URL(url);
    return /^https?:$/.test(protocol) ? hostname.replace(/^www\./, "") : "";
  } catch {
    return "";
  }
}

interface ExternalLinkProps {
  url: string;
  class: string;
  children: ComponentChildren;
}

export function ExternalLink({ url, class: name, children }: ExternalLinkProps) {
  const follow = (event: MouseEvent): void => {
    event.preventDefault();
    openLink(url);
  };
  return (
    <a class={name} href={url} target="_blank" rel="noopener noreferrer" onClick={follow}>
      {children}
    </a>
  );
}
