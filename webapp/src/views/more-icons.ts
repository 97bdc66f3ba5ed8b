// The icons that no first screen shows; drawn like those in icons.tsx.

export const MORE = {
  file: "M6 3.5h8l4 4v13H6zM14 3.5v4h4",
  image: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9h.01",
  sound: "M12 4v10M9 7v4M6 8.5v1M15 6.5v5M18 8v2M8 19h8M12 16v3",
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
  models: "M12 4l8 4-8 4-8-4 8-4M4 12l8 4 8-4M4 16l8 4 8-4",
} as const;

export type MoreIcons = keyof typeof MORE;
