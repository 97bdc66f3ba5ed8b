// The icons that the first screen does not show; drawn like those in icons.tsx.

export const DEFERRED_ICONS = {
  file: "M6 3.5h8l4 4v13H6zM14 3.5v4h4",
  image: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9h.01",
  camera: "M4 8h3.5L9 5.5h6L16.5 8H20v11H4zM12 10a3.25 3.25 0 1 0 0 6.5 3.25 3.25 0 0 0 0-6.5",
  widen: "M14 4h6v6M10 20H4v-6M20 4l-6.5 6.5M4 20l6.5-6.5",
  turn: "M4 12a8 8 0 0 1 13.7-5.6L20 8.5M20 4v4.5h-4.5M9 13h10v6H9z",
  mic: "M12 3.5a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0v-5a3 3 0 0 0-3-3M5.5 11a6.5 6.5 0 0 0 13 0M12 17.5V21",
  sound: "M12 4v10M9 7v4M6 8.5v1M15 6.5v5M18 8v2M8 19h8M12 16v3",
  offline:
    "M4 4l16 16M8.5 14.5a5 5 0 0 1 6 -.5M5 11a10 10 0 0 1 4-2.4M13 8.2a10 10 0 0 1 6 2.8M12 18.5h.01",
  folder: "M4 6h6l2 2h8v11H4z",
  share: "M12 15V4M8 7.5L12 4l4 3.5M6 11H5v9h14v-9h-1",
  next: "M9 5l7 7-7 7",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  check: "M5 12.5l4.5 4.5L19 7.5",
  again: "M20 11a8 8 0 1 0-2.4 6.7M20 5v6h-6",
  pin: "M9 4h6l-1 6 3 3H7l3-3-1-6M12 13v7",
  trash: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
  more: "M5.5 12h.01M12 12h.01M18.5 12h.01",
  gift: "M4 9h16v4H4zM6 13v7h12v-7M12 9v11M12 9C8.5 9 7.2 7.6 7.7 6s3.3-1.6 4.3 3M12 9c3.5 0 4.8-1.4 4.3-3s-3.3-1.6-4.3 3",
  star: "M12 4l2.4 5.2 5.6.7-4.1 3.9 1.1 5.6L12 16.6l-5 2.8 1.1-5.6L4 9.9l5.6-.7z",
  clock: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16M12 8v4.5l3 1.7",
  wand: "M4 20L14.5 9.5M12 7l5 5M17 3v4M15 5h4M20 11v3M18.5 12.5h3M8 3v3M6.5 4.5h3",
  receipt: "M6 3.5h12V21l-3-2-3 2-3-2-3 2zM9 8h6M9 12h6",
  claims: "M4 6l1.5 1.5L8 5M4 12.5L5.5 14 8 11.5M4 19l1.5 1.5L8 18M11 6.5h9M11 13h9M11 19.5h9",
  models: "M12 4l8 4-8 4-8-4 8-4M4 12l8 4 8-4M4 16l8 4 8-4",
  beside: "M4 5h7v14H4zM13 5h7v14h-7z",
  persona: "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8M4.5 20c.6-3.8 3.5-5.5 7.5-5.5s6.9 1.7 7.5 5.5",
  chat: "M4 5h16v11h-8l-4.5 4v-4H4z",
  bell: "M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 1.5h-15zM10 20.5h4",
  flag: "M6 20.5V4M6 5h11l-2.5 4 2.5 4H6",
  thumb:
    "M4 11h3.5v9H4zM7.5 11.5l4-8c1.8 0 2.8 1.3 2.4 3L13.2 10H19a1.8 1.8 0 0 1 1.8 2.2l-1.4 6.2A2 2 0 0 1 17.4 20H7.5",
  usage: "M5 20v-6M12 20V5M19 20v-9",
} as const;

export type DeferredIcon = keyof typeof DEFERRED_ICONS;
