// Safe areas: the device's own (notch, home bar) and the client's (its controls in full screen).

export interface Insets {
  top: number;
  bottom: number;
  left: number;
  right: number;
}

export const NO_INSETS: Insets = { top: 0, bottom: 0, left: 0, right: 0 };

/** The insets of devices, in CSS pixels, in portrait. */
export const DEVICE_INSETS = {
  none: NO_INSETS,
  bars: { top: 24, bottom: 16, left: 0, right: 0 },
  notch: { top: 47, bottom: 34, left: 0, right: 0 },
  island: { top: 59, bottom: 34, left: 0, right: 0 },
} as const satisfies Record<string, Insets>;

export type InsetName = keyof typeof DEVICE_INSETS | "custom";
export const INSET_NAMES: readonly InsetName[] = ["none", "bars", "notch", "island", "custom"];

export interface CustomInsets {
  safe: Insets;
  content: Insets;
}

/** The height of the floating controls in full screen. */
export const CONTROLS_HEIGHT = 46;

export interface Surroundings {
  fullscreen: boolean;
  /** Something of the client (buttons, keyboard) is between the app and the end of the screen. */
  coveredBelow: boolean;
}

/** Both insets as the app is told them. Below its header an app starts under the notch already, so
 * `top` is 0 there; only in full screen is it under the notch and the client's floating controls.
 */
export function insetsFor(device: Insets, around: Surroundings): CustomInsets {
  const bottom = around.coveredBelow ? 0 : device.bottom;
  if (!around.fullscreen) return { safe: { ...device, top: 0, bottom }, content: NO_INSETS };
  const content = { ...NO_INSETS, top: CONTROLS_HEIGHT };
  return { safe: { ...device, bottom }, content };
}
