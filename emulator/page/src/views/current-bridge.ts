// The bridge of the open app, for the buttons around it.
import { signal } from "@preact/signals";
import type { EventName } from "../frame/events.ts";
import type { FrameBridge } from "../frame/frame-bridge.ts";

export const currentBridge = signal<FrameBridge | null>(null);

type Press = Extract<EventName, `${string}_button_pressed`>;

/** Tells the app that a button of the client was pressed, which counts as a touch of the app. */
export function pressButton(name: Press): void {
  const bridge = currentBridge.value;
  bridge?.touches.touched(bridge.now());
  bridge?.send(name);
}
