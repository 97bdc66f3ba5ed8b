// The page's icons: strokes on a 24-unit grid.

const PATHS = {
  arrowBack: "M15 5l-7 7 7 7",
  arrowDown: "M12 5v14M6 13l6 6 6-6",
  arrowOut: "M8 16L16 8M9 8h7v7",
  battery: "M3 9h15v6H3zM21 11v2M5.5 11.500h8v1h-8z",
  bell: "M6 17h12l-1.5-2.500V10a4.5 4.5 0 0 0-9 0v4.500zM10 20h4",
  check: "M5 12.500l4.5 4.500L19 7.5",
  chevron: "M9 6l6 6-6 6",
  chevronDown: "M6 9l6 6 6-6",
  clip: "M19 11l-7.5 7.500a4.2 4.2 0 0 1-6-6L13 5a2.8 2.8 0 0 1 4 4l-7.5 7.500a1.4 1.4 0 0 1-2-2L14 8",
  clock: "M12 3.500a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 7.500V12l3 2",
  close: "M6 6l12 12M18 6L6 18",
  copy: "M9 9h10v10H9zM15 9V5H5v10h4",
  edit: "M5 19l1-4L16 5l3 3L9 18zM14 7l3 3",
  file: "M7 3.500h6.500L18 8v12.500H7zM13 4v4.500h4.5",
  grid: "M5 5h6v6H5zM13 5h6v6h-6zM5 13h6v6H5zM13 13h6v6h-6z",
  help: "M9 9.500a3 3 0 1 1 4.600 2.500c-1 .700-1.600 1.200-1.600 2.500M12 17.500h.01M12 3.500a8.500 8.500 0 1 0 0 17 8.500 8.500 0 0 0 0-17z",
  keyboard: "M3.5 7h17v10h-17zM7 10.500h.01M10.5 10.500h.01M14 10.500h.01M17 10.500h.01M8 14h8",
  list: "M8 7h11M8 12h11M8 17h11M4.5 7h.01M4.5 12h.01M4.5 17h.01",
  menu: "M5 7h14M5 12h14M5 17h14",
  more: "M12 6h.01M12 12h.01M12 18h.01",
  moreWide: "M6 12h.01M12 12h.01M18 12h.01",
  phone:
    "M8 3.500h8A1.5 1.5 0 0 1 17.5 5v14a1.5 1.5 0 0 1-1.5 1.500H8A1.5 1.5 0 0 1 6.5 19V5A1.5 1.5 0 0 1 8 3.500zM11 17.500h2",
  plus: "M12 5v14M5 12h14",
  qr: "M5 5h5v5H5zM14 5h5v5h-5zM5 14h5v5H5zM14 14h2v2h-2zM18 18h1v1h-1z",
  reload: "M18.5 9A7 7 0 1 0 19 13M19 5v4.500h-4.5",
  reply: "M10 6L4.5 11.5 10 17M5 11.500h9a5 5 0 0 1 5 5V18",
  send: "M4 12l16-7.5-5 15.5-3.5-6zM11.5 14L20 4.5",
  settings: "M5 8h9M18 8h1M5 16h1M10 16h9M16 6v4M8 14v4",
  share: "M12 15V4M8 7.500L12 3.500l4 4M6 11v8.500h12V11",
  star: "M12 3.500l2.6 5.4 5.9.8-4.3 4.1 1 5.900L12 16.900l-5.2 2.8 1-5.900L3.5 9.700l5.9-.8z",
  stop: "M8 8h8v8H8z",
  trash: "M5 7h14M10 7V5h4v2M7 7l1 13h8l1-13",
  user: "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4.5 20c.5-4 3.5-6 7.5-6s7 2 7.5 6",
  voice:
    "M12 4a2.5 2.5 0 0 0-2.5 2.500v5a2.5 2.5 0 0 0 5 0v-5A2.5 2.5 0 0 0 12 4zM6.5 11.500a5.5 5.5 0 0 0 11 0M12 17v3",
  wallet: "M4 7.500h15v11H4zM4 7.500L15 4v3.500M15.5 13h.01",
  window: "M4.5 5.500h15v13h-15zM4.5 9.500h15M7 7.500h.01",
} as const;

export type IconName = keyof typeof PATHS;

const DOTS: ReadonlySet<IconName> = new Set<IconName>(["more", "moreWide"]);

/** A decorative icon: its button or text has the name. */
export function Icon({ name, class: extra = "" }: { name: IconName; class?: string }) {
  return (
    <svg
      class={`icon ${DOTS.has(name) ? "dots-only" : ""} ${extra}`}
      viewBox="0 0 24 24"
      aria-hidden="true"
      focusable="false"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
