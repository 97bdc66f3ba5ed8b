// Telegram's own buttons around the app. Each has one owner at a time: setting a button
// replaces the last handler, null hides it.

import type { ButtonParams } from "./protocol.ts";
import { on, post } from "./transport.ts";

export interface ButtonLook {
  text: string;
  onPress: () => void;
  /** Grey and disabled when false. */
  active?: boolean;
  /** A spinner in place of the text. */
  progress?: boolean;
  shine?: boolean;
}

type Pressed = `${"main" | "secondary" | "back" | "settings"}_button_pressed`;
const owners: Partial<Record<Pressed, () => void>> = {};
const listening = new Set<Pressed>();

function own(event: Pressed, onPress: (() => void) | undefined): void {
  if (onPress) owners[event] = onPress;
  else delete owners[event];
  if (listening.has(event)) return;
  listening.add(event);
  on(event, () => owners[event]?.());
}

function params(look: ButtonLook | null): ButtonParams {
  if (!look) return { is_visible: false };
  return {
    is_visible: true,
    is_active: look.active ?? true,
    is_progress_visible: look.progress ?? false,
    has_shine_effect: look.shine ?? false,
    text: look.text,
  };
}

/** Shows the wide button under the app, or hides it; false if the client has none. */
export function setMainButton(look: ButtonLook | null): boolean {
  own("main_button_pressed", look?.onPress);
  return post("web_app_setup_main_button", params(look));
}

export function setSecondaryButton(
  look: (ButtonLook & { position?: "left" | "right" | "top" | "bottom" }) | null,
): boolean {
  own("secondary_button_pressed", look?.onPress);
  const position = look?.position ?? "left";
  return post("web_app_setup_secondary_button", { ...params(look), position });
}

/** Shows the arrow in the header; false if the client has none and the app must draw its own. */
export function setBackButton(onPress: (() => void) | null): boolean {
  own("back_button_pressed", onPress ?? undefined);
  return post("web_app_setup_back_button", { is_visible: !!onPress });
}

/** Adds "Settings" to the client's menu; false if the app must offer it itself. */
export function setSettingsButton(onPress: (() => void) | null): boolean {
  own("settings_button_pressed", onPress ?? undefined);
  return post("web_app_setup_settings_button", { is_visible: !!onPress });
}
