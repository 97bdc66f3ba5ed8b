// Telegram's theme as CSS variables: `--tg-theme-bg-color` and its fourteen sisters are always
// all set, since a theme may lack keys, and a person may be outside Telegram. Texts that a
// theme makes unreadable are moved towards black or white until WCAG's 4.5:1 is reached.

type Rgb = readonly [number, number, number];
export type Palette = Record<ThemeKey, string>;

const KEYS = [
  "bg_color",
  "secondary_bg_color",
  "section_bg_color",
  "header_bg_color",
  "bottom_bar_bg_color",
  "section_separator_color",
  "button_color",
  "text_color",
  "hint_color",
  "subtitle_text_color",
  "section_header_text_color",
  "link_color",
  "accent_text_color",
  "destructive_text_color",
  "button_text_color",
] as const;
type ThemeKey = (typeof KEYS)[number];

// In the order of KEYS.
const LIGHT =
  "ffffff f1f2f6 ffffff ffffff ffffff dcdfe4 2678b6 111111 6b7278 6b7278 21699f 21699f 21699f c62b25 ffffff";
const DARK =
  "17212b 0e1621 17212b 17212b 17212b 2b3a48 2f79b0 f5f5f5 8fa0ae 8fa0ae 6ab3f3 6ab3f3 6ab3f3 f2807a ffffff";

const TEXTS = KEYS.slice(7, 14);
const SURFACES: readonly ThemeKey[] = ["bg_color", "secondary_bg_color", "section_bg_color"];
export const READABLE = 4.5;

/** Completes and corrects the theme that a client sent. */
export function palette(params: Readonly<Record<string, unknown>>, preferDark = false): Palette {
  const background = color(params.bg_color);
  const dark = background ? luminance(background) < 0.18 : preferDark;
  const fallback = (dark ? DARK : LIGHT).split(" ");
  const given = (key: ThemeKey) => color(params[key]);
  const colors = {} as Record<ThemeKey, Rgb>;
  KEYS.forEach((key, i) => {
    // A theme with only a background must not get another theme's surfaces on it.
    const kin = /bg_color/.test(key) ? given("bg_color") : undefined;
    colors[key] = given(key) ?? kin ?? color(`#${fallback[i]}`)!;
  });
  const surfaces = SURFACES.map((key) => colors[key]);
  for (const key of TEXTS) colors[key] = readable(colors[key], surfaces);
  // The button's colour is changed, not the text's: white on blue stays white on a deeper blue.
  colors.button_color = readable(colors.button_color, [colors.button_text_color]);
  return Object.fromEntries(KEYS.map((key) => [key, hex(colors[key])])) as Palette;
}

/** `text` itself, or the nearest mix with black or white that is readable on all `surfaces`. */
export function readable(text: Rgb, surfaces: readonly Rgb[]): Rgb {
  const worst = (candidate: Rgb) => Math.min(...surfaces.map((s) => contrast(candidate, s)));
  const ends: Rgb[] = [
    [0, 0, 0],
    [255, 255, 255],
  ];
  const end = ends.sort((a, b) => worst(b) - worst(a))[0]!;
  for (let step = 0; step < 20; step++) {
    const mixed = text.map((part, i) => Math.round(part + ((end[i]! - part) * step) / 20));
    if (worst(mixed as unknown as Rgb) >= READABLE) return mixed as unknown as Rgb;
  }
  return end;
}

/** WCAG 2's contrast ratio, 1 to 21. */
export function contrast(a: Rgb, b: Rgb): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

function luminance(rgb: Rgb): number {
  const [r, g, b] = rgb.map((part) => {
    const c = part / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Accepts plain hex colours only; nothing else in a theme reaches CSS. */
export function color(text: unknown): Rgb | undefined {
  const found = /^#([\da-f]{3}|[\da-f]{6})$/i.exec(String(text))?.[1];
  if (!found) return undefined;
  const full = found.length === 3 ? found.replace(/./g, "$&$&") : found;
  return [0, 2, 4].map((at) => parseInt(full.slice(at, at + 2), 16)) as unknown as Rgb;
}

const hex = (rgb: Rgb): string =>
  `#${rgb.map((part) => part.toString(16).padStart(2, "0")).join("")}`;

/** Writes the palette to the page; returns whether it is dark. */
export function applyTheme(params: Readonly<Record<string, unknown>>): boolean {
  const colors = palette(params, matchMedia("(prefers-color-scheme: dark)").matches);
  const dark = luminance(color(colors.bg_color)!) < 0.18;
  const { style, dataset } = document.documentElement;
  for (const [key, value] of Object.entries(colors)) {
    style.setProperty(`--tg-theme-${key.replaceAll("_", "-")}`, value);
  }
  const scheme = dark ? "dark" : "light";
  style.setProperty("--tg-color-scheme", scheme);
  style.colorScheme = scheme;
  dataset.theme = scheme;
  return dark;
}
