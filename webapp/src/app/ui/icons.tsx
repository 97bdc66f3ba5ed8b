// The icons: strokes on a 24-unit grid in the text colour. They are hidden from screen readers; the
// button around an icon has the label.

import type { DeferredIcon } from "./deferred-icons.ts";

// The first screen's icons; the others load with the deferred views.
const FIRST = {
  add: "M12 5v14M5 12h14",
  menu: "M4 7h16M4 12h10M4 17h16",
  back: "M15 5l-7 7 7 7",
  close: "M6 6l12 12M18 6L6 18",
  write: "M4 20h4L19 9l-4-4L4 16v4M13 7l4 4",
  send: "M12 20V5M5.5 11.5L12 5l6.5 6.5",
  stop: "M6 6h12v12H6z",
  down: "M12 4v15M5.5 12.5L12 19l6.5-6.5",
  chevron: "M6 9l6 6 6-6",
  edit: "M4 20h4L19 9l-4-4L4 16v4",
  search: "M11 4a7 7 0 1 1 0 14 7 7 0 0 1 0-14M16.2 16.2L20.5 20.5",
  settings: "M4 7h9M17 7h3M4 17h3M11 17h9M15 4.5v5M9 14.5v5",
  lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  bulb: "M9.5 17h5M10 20h4M12 4a6 6 0 0 1 3.5 10.9L15 17H9l-.5-2.1A6 6 0 0 1 12 4",
  plan: "M5 6h2M10 6h9M5 12h2M10 12h9M5 18h2M10 18h9",
  globe:
    "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17M3.8 12h16.4M12 3.5c2.6 2.4 3.8 5.2 3.8 8.5s-1.2 6.1-3.8 8.5c-2.6-2.4-3.8-5.2-3.8-8.5s1.2-6.1 3.8-8.5",
} as const;

export type IconName = keyof typeof FIRST | DeferredIcon;

const paths: Partial<Record<IconName, string>> = { ...FIRST };

/** Registers more icons. */
export function addIcons(more: Record<DeferredIcon, string>): void {
  Object.assign(paths, more);
}

const FLIPS: readonly IconName[] = ["menu", "back", "next", "plan"];
const SOLID: readonly IconName[] = ["stop", "star"];

export function Icon({ name, class: extra = "" }: { name: IconName; class?: string }) {
  const classes = ["icon", FLIPS.includes(name) && "flips", extra].filter(Boolean).join(" ");
  return (
    <svg
      class={classes}
      viewBox="0 0 24 24"
      fill={SOLID.includes(name) ? "currentColor" : "none"}
      stroke="currentColor"
      stroke-width={name === "more" ? "3.4" : "1.8"}
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={paths[name]} />
    </svg>
  );
}
