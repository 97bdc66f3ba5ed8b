// The theme as a client of a certain version passes it to the app.
import { THEME_SINCE, type Theme, type ThemeParams } from "./themes.ts";
import { atLeast } from "./versions.ts";

/** The theme's keys that `version` knows. */
export function themeParamsFor(theme: Theme, version: string): ThemeParams {
  const known = Object.entries(theme.params).filter(([key]) => {
    return atLeast(version, THEME_SINCE[key] ?? "6.0");
  });
  return Object.fromEntries(known);
}

/** The colours of tgWebAppDefaultColors, which a client uses before the app is ready. */
export function defaultColors(light: Theme, dark: Theme): Record<string, string> {
  const color = (theme: Theme, key: string) => theme.params[key] ?? "#ffffff";
  return {
    bg_color: color(light, "bg_color"),
    bg_dark_color: color(dark, "bg_color"),
    header_color: color(light, "header_bg_color"),
    header_dark_color: color(dark, "header_bg_color"),
  };
}
