// The page's own settings: theme, client and device. They survive a reload.
import { computed } from "@preact/signals";
import {
  type CustomInsets,
  DEVICE_INSETS,
  INSET_NAMES,
  type InsetName,
  NO_INSETS,
} from "./frame/insets.ts";
import { PLATFORM_NAMES, PLATFORMS, type Platform, type PlatformName } from "./frame/platforms.ts";
import { SCREEN_NAMES, type ScreenName } from "./frame/screens.ts";
import { THEME_NAMES, THEMES, type Theme, type ThemeName } from "./frame/themes.ts";
import { NEWEST, VERSIONS, type Version } from "./frame/versions.ts";
import { isBoolean, isNumber, isText, kept, oneOf } from "./keep.ts";

const prefersDark = () =>
  typeof matchMedia === "function" && matchMedia("(prefers-color-scheme: dark)").matches;

export const themeName = kept<ThemeName>(
  "theme",
  prefersDark() ? "dark" : "light",
  oneOf(THEME_NAMES),
);
export const theme = computed<Theme>(() => THEMES[themeName.value]);

export const platformName = kept<PlatformName>("platform", "android", oneOf(PLATFORM_NAMES));
export const platform = computed<Platform>(() => PLATFORMS[platformName.value]);

export const version = kept<Version>("version", NEWEST, oneOf(VERSIONS));

export const screenName = kept<ScreenName>("screen", "auto", oneOf(SCREEN_NAMES));

export const insetName = kept<InsetName>("insets", "none", oneOf(INSET_NAMES));
export const customInsets = kept<CustomInsets>(
  "insets.custom",
  { safe: DEVICE_INSETS.notch, content: { ...NO_INSETS, top: 46 } },
  isCustomInsets,
);
export const deviceInsets = computed(() =>
  insetName.value === "custom" ? customInsets.value.safe : DEVICE_INSETS[insetName.value],
);

/** Whether a keyboard appears when a field of the app has the focus (phones only). */
export const autoKeyboard = kept("keyboard", false, isBoolean);

/** Whether the bot is in the attachment menu, without which no app may read the clipboard. */
export const inAttachmentMenu = kept("attachment", false, isBoolean);

/** How apps are launched: cases that a careful server and app must handle. */
export const startParam = kept("launch.start", "", isText);
export const initDataAge = kept("launch.age", 0, isNumber);
export const forged = kept("launch.forged", false, isBoolean);
export const launchFullscreen = kept("launch.fullscreen", false, isBoolean);

function isCustomInsets(value: unknown): value is CustomInsets {
  const { safe, content } = (value ?? {}) as Partial<CustomInsets>;
  return [safe, content].every(
    (one) => one && [one.top, one.bottom, one.left, one.right].every(isNumber),
  );
}
