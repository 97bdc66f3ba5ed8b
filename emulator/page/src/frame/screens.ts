// Screens of the emulated phone, and the heights of the sheet on them.

export interface Screen {
  width: number;
  /** null: the available height, up to 844. */
  height: number | null;
}

export const SCREENS = {
  auto: { width: 390, height: null },
  compact: { width: 320, height: 568 },
  regular: { width: 390, height: 844 },
  large: { width: 430, height: 932 },
  landscape: { width: 844, height: 390 },
  tablet: { width: 768, height: 1024 },
} as const satisfies Record<string, Screen>;

export type ScreenName = keyof typeof SCREENS;
export const SCREEN_NAMES = Object.keys(SCREENS) as ScreenName[];

/** The part of the height that a sheet has before the app expands it. */
export const HALF = 0.56;
const CLOSE_BELOW = 0.3;
const EXPAND_ABOVE = 0.75;

/** Where a sheet stops that was released at `fraction` of the height. */
export function settle(fraction: number, mayClose: boolean): "close" | "half" | "full" {
  if (fraction > EXPAND_ABOVE) return "full";
  return fraction < CLOSE_BELOW && mayClose ? "close" : "half";
}
