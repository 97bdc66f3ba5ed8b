// Themes: two common ones, and two that need care.

/** The keys of ThemeParams and the version that introduced each (6.0 if none is given). */
export const THEME_SINCE: Readonly<Record<string, string>> = {
  secondary_bg_color: "6.1",
  header_bg_color: "7.0",
  accent_text_color: "7.0",
  section_bg_color: "7.0",
  section_header_text_color: "7.0",
  subtitle_text_color: "7.0",
  destructive_text_color: "7.0",
  section_separator_color: "7.6",
  bottom_bar_bg_color: "7.10",
};

export type ThemeParams = Readonly<Record<string, string>>;

export interface Theme {
  scheme: "light" | "dark";
  params: ThemeParams;
}

const light: ThemeParams = {
  bg_color: "#ffffff",
  secondary_bg_color: "#f1f2f4",
  text_color: "#14171a",
  hint_color: "#6b7480",
  link_color: "#0b6bcb",
  button_color: "#0d63b8",
  button_text_color: "#ffffff",
  header_bg_color: "#ffffff",
  bottom_bar_bg_color: "#f1f2f4",
  accent_text_color: "#0b6bcb",
  section_bg_color: "#ffffff",
  section_header_text_color: "#5c6672",
  section_separator_color: "#dfe2e6",
  subtitle_text_color: "#6b7480",
  destructive_text_color: "#c62828",
};

const dark: ThemeParams = {
  bg_color: "#17191c",
  secondary_bg_color: "#0f1113",
  text_color: "#f2f4f6",
  hint_color: "#98a1ac",
  link_color: "#6cb4ff",
  button_color: "#6cb4ff",
  button_text_color: "#06213c",
  header_bg_color: "#1d2024",
  bottom_bar_bg_color: "#0f1113",
  accent_text_color: "#6cb4ff",
  section_bg_color: "#1d2024",
  section_header_text_color: "#98a1ac",
  section_separator_color: "#2b3036",
  subtitle_text_color: "#98a1ac",
  destructive_text_color: "#ff7a70",
};

/** A custom theme with strong colours: warm and dark, and a light button with dark text. */
const ember: ThemeParams = {
  bg_color: "#2a1a1f",
  secondary_bg_color: "#1d1115",
  text_color: "#ffeede",
  hint_color: "#cfa79a",
  link_color: "#ffb870",
  button_color: "#ffb24d",
  button_text_color: "#2a1406",
  header_bg_color: "#381f27",
  bottom_bar_bg_color: "#1d1115",
  accent_text_color: "#ffb870",
  section_bg_color: "#351f26",
  section_header_text_color: "#ffb870",
  section_separator_color: "#4a2d35",
  subtitle_text_color: "#cfa79a",
  destructive_text_color: "#ff8f8f",
};

/** Deliberately hard to read: hints, links and buttons are similar to their background. */
const fog: ThemeParams = {
  bg_color: "#e8ecef",
  secondary_bg_color: "#dfe4e8",
  text_color: "#8d979f",
  hint_color: "#bcc5cc",
  link_color: "#a9c3d6",
  button_color: "#cfd8de",
  button_text_color: "#e4e9ec",
  header_bg_color: "#e2e7ea",
  bottom_bar_bg_color: "#dfe4e8",
  accent_text_color: "#a9c3d6",
  section_bg_color: "#edf0f2",
  section_header_text_color: "#b3c4d0",
  section_separator_color: "#e4e8eb",
  subtitle_text_color: "#bcc5cc",
  destructive_text_color: "#dcb9b9",
};

export const THEMES = {
  light: { scheme: "light", params: light },
  dark: { scheme: "dark", params: dark },
  ember: { scheme: "dark", params: ember },
  fog: { scheme: "light", params: fog },
} as const satisfies Record<string, Theme>;

export type ThemeName = keyof typeof THEMES;
export const THEME_NAMES = Object.keys(THEMES) as ThemeName[];
