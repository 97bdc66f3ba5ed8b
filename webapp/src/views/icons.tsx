// The icons: strokes on a 24-unit grid in the colour of the text around them. They say nothing
// to screen readers; the button around one has the words.

const PATHS = {
  add: "M12 5v14M5 12h14",
  file: "M6 3.5h8l4 4v13H6zM14 3.5v4h4",
  image: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9h.01",
  sound: "M12 4v10M9 7v4M6 8.5v1M15 6.5v5M18 8v2M8 19h8M12 16v3",
  menu: "M4 7h16M4 12h10M4 17h16",
  back: "M15 5l-7 7 7 7",
  close: "M6 6l12 12M18 6L6 18",
  write: "M4 20h4L19 9l-4-4L4 16v4M13 7l4 4",
  send: "M12 20V5M5.5 11.5L12 5l6.5 6.5",
  stop: "M6 6h12v12H6z",
  down: "M12 4v15M5.5 12.5L12 19l6.5-6.5",
  chevron: "M6 9l6 6 6-6",
  next: "M9 5l7 7-7 7",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  check: "M5 12.5l4.5 4.5L19 7.5",
  again: "M20 11a8 8 0 1 0-2.4 6.7M20 5v6h-6",
  edit: "M4 20h4L19 9l-4-4L4 16v4",
  search: "M11 4a7 7 0 1 1 0 14 7 7 0 0 1 0-14M16.2 16.2L20.5 20.5",
  pin: "M9 4h6l-1 6 3 3H7l3-3-1-6M12 13v7",
  trash: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
  more: "M5.5 12h.01M12 12h.01M18.5 12h.01",
  settings: "M4 7h9M17 7h3M4 17h3M11 17h9M15 4.5v5M9 14.5v5",
  offline: "M4 4l16 16M8.5 14.5a5 5 0 0 1 6 -.5M5 11a10 10 0 0 1 4-2.4M13 8.2a10 10 0 0 1 6 2.8M12 18.5h.01",
  lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  bulb: "M9.5 17h5M10 20h4M12 4a6 6 0 0 1 3.5 10.9L15 17H9l-.5-2.1A6 6 0 0 1 12 4",
  plan: "M5 6h2M10 6h9M5 12h2M10 12h9M5 18h2M10 18h9",
  globe: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17M3.8 12h16.4M12 3.5c2.6 2.4 3.8 5.2 3.8 8.5s-1.2 6.1-3.8 8.5c-2.6-2.4-3.8-5.2-3.8-8.5s1.2-6.1 3.8-8.5",
  gift: "M4 9h16v4H4zM6 13v7h12v-7M12 9v11M12 9C8.5 9 7.2 7.6 7.7 6s3.3-1.6 4.3 3M12 9c3.5 0 4.8-1.4 4.3-3s-3.3-1.6-4.3 3",
  star: "M12 4l2.4 5.2 5.6.7-4.1 3.9 1.1 5.6L12 16.6l-5 2.8 1.1-5.6L4 9.9l5.6-.7z",
  clock: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16M12 8v4.5l3 1.7",
  wand: "M4 20L14.5 9.5M12 7l5 5M17 3v4M15 5h4M20 11v3M18.5 12.5h3M8 3v3M6.5 4.5h3",
  models: "M12 4l8 4-8 4-8-4 8-4M4 12l8 4 8-4M4 16l8 4 8-4",
} as const;

export type IconName = keyof typeof PATHS;

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
      <path d={PATHS[name]} />
    </svg>
  );
}
