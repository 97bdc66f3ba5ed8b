// Links in messages: t.me links are followed here, others open in a new tab.
import type { ComponentChildren } from "preact";
import { followTgPath } from "../frame/open.ts";
import { tgPath } from "../frame/tg-links.ts";
import { myId } from "../world/live.ts";
import { safeHref } from "./entities.ts";

/** A link to `address`, or only its text if the address is not safe. */
export function Link({ address, children }: { address: string; children: ComponentChildren }) {
  const href = safeHref(address);
  if (!href) return <>{children}</>;
  return (
    <a
      href={href}
      target="_blank"
      rel="noopener noreferrer"
      onClick={(event) => follow(event, href)}
    >
      {children}
    </a>
  );
}

function follow(event: Event, href: string): void {
  const path = tgPath(href);
  if (path === null) return;
  event.preventDefault();
  followTgPath(myId.value, path);
}

/** Opens an address from a button. */
export function openAddress(address: string): void {
  const href = safeHref(address);
  const path = href && tgPath(href);
  if (path) followTgPath(myId.value, path);
  else if (href) window.open(href, "_blank", "noopener");
}
