// The client's elements around the app: buttons and colours.

import { hex } from "../colors.ts";
import { type Handler, refuse } from "../frame.ts";
import { type Fields, flagIn, textIn } from "../gate.ts";
import type { BottomButton } from "../session.ts";

const POSITIONS = ["left", "right", "top", "bottom"] as const;

/** The button from its setup data, with the documented default for every field. */
export function bottomButton(data: Fields): BottomButton {
  return {
    visible: flagIn(data, "is_visible"),
    active: flagIn(data, "is_active", true),
    progress: flagIn(data, "is_progress_visible"),
    shine: flagIn(data, "has_shine_effect"),
    text: textIn(data, "text") ?? "",
    color: hex(data.color),
    textColor: hex(data.text_color),
    position: POSITIONS.find((one) => one === data.position) ?? "left",
  };
}

export const setupMainButton: Handler = (frame, data) => {
  frame.session.mainButton.value = bottomButton(data);
};

export const setupSecondaryButton: Handler = (frame, data) => {
  frame.session.secondaryButton.value = bottomButton(data);
};

export const setupBackButton: Handler = (frame, data) => {
  frame.session.backVisible.value = flagIn(data, "is_visible");
};

export const setupSettingsButton: Handler = (frame, data) => {
  frame.session.settingsVisible.value = flagIn(data, "is_visible");
};

/** `color_key` names a theme colour, also after the theme changes, so it is stored as a key. */
export const setHeaderColor: Handler = (frame, data) => {
  const key = textIn(data, "color_key");
  const color = hex(data.color);
  if (key !== null && key !== "bg_color" && key !== "secondary_bg_color") {
    refuse(`color_key ${key}`);
  }
  if (key === null && color === null && data.color !== undefined) refuse("color");
  frame.session.headerColor.value = key ?? color;
};

export const setBackgroundColor: Handler = (frame, data) => {
  const color = hex(data.color);
  if (!color) refuse("color");
  frame.session.backgroundColor.value = color;
};

export const setBottomBarColor: Handler = (frame, data) => {
  const color = hex(data.color);
  if (!color) refuse("color");
  frame.session.bottomBarColor.value = color;
};

const IMPACTS = ["light", "medium", "heavy", "rigid", "soft"];
const NOTIFICATIONS = ["error", "success", "warning"];

/** The haptic's displayed name, or null if the data names none. */
export function hapticName(data: Fields): string | null {
  const style = textIn(data, "impact_style") ?? "";
  const kind = textIn(data, "notification_type") ?? "";
  if (data.type === "impact" && IMPACTS.includes(style)) return `impact ${style}`;
  if (data.type === "notification" && NOTIFICATIONS.includes(kind)) return `notification ${kind}`;
  return data.type === "selection_change" ? "selection" : null;
}

export const haptic: Handler = (frame, data) => {
  const name = hapticName(data);
  if (!name) refuse("type");
  if (!frame.platform.haptics) refuse("UNSUPPORTED");
  const { haptic } = frame.session;
  haptic.value = { count: (haptic.value?.count ?? 0) + 1, name };
};
