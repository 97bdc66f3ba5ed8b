// The state of an open Mini App: what it has asked the client to do.
import { computed, signal } from "@preact/signals";
import type { LaunchSource } from "../world/actions.ts";

export interface BottomButton {
  visible: boolean;
  active: boolean;
  progress: boolean;
  shine: boolean;
  text: string;
  color: string | null;
  textColor: string | null;
  position: "left" | "right" | "top" | "bottom";
}

export const HIDDEN_BUTTON: BottomButton = {
  visible: false,
  active: true,
  progress: false,
  shine: false,
  text: "",
  color: null,
  textColor: null,
  position: "left",
};

export interface Opening {
  id: number;
  personId: number;
  url: string;
  /** The origin as the app's developer knows it, not the proxy's. */
  address: string;
  /** Served by the emulator's proxy, with a native client's web view in the page. */
  inWebView: boolean;
  source: LaunchSource;
  /** The text of the keyboard button that opened it, which `sendData` contains. */
  buttonText: string;
  fullscreen: boolean;
  expanded: boolean;
  platform: string;
  version: string;
}

/** What the frame's views read. Created per launch, discarded at close. */
export class Session {
  readonly ready = signal(false);
  readonly expanded = signal(false);
  readonly fullscreen = signal(false);
  readonly minimized = signal(false);
  /** The sheet's height while it is dragged, as a fraction of the stage; otherwise null. */
  readonly dragged = signal<number | null>(null);
  readonly headerColor = signal<string | null>(null);
  readonly backgroundColor = signal<string | null>(null);
  readonly bottomBarColor = signal<string | null>(null);
  readonly mainButton = signal(HIDDEN_BUTTON);
  readonly secondaryButton = signal(HIDDEN_BUTTON);
  readonly backVisible = signal(false);
  readonly settingsVisible = signal(false);
  readonly confirmClosing = signal(false);
  readonly verticalSwipes = signal(true);
  readonly orientationLocked = signal(false);
  readonly keyboard = signal(false);
  /** The last haptic, with a number so that repetitions flash again. */
  readonly haptic = signal<{ count: number; name: string } | null>(null);
  /** What the app has not done in time, for a notice on the screen. */
  readonly silent = signal<"notLoaded" | "notReady" | null>(null);
  /** The app itself called `web_app_ready`. */
  saidReady = false;
  reloadSupported = false;
  willReload = false;

  readonly buttonsShown = computed(
    () => isShown(this.mainButton.value) || isShown(this.secondaryButton.value),
  );

  /** Before the app reloads: clears what it had asked for. */
  forgetChrome(): void {
    this.ready.value = false;
    this.silent.value = null;
    this.saidReady = false;
    this.mainButton.value = HIDDEN_BUTTON;
    this.secondaryButton.value = HIDDEN_BUTTON;
    for (const flag of [this.backVisible, this.settingsVisible, this.confirmClosing, this.keyboard])
      flag.value = false;
    for (const color of [this.headerColor, this.backgroundColor, this.bottomBarColor])
      color.value = null;
    this.verticalSwipes.value = true;
  }

  constructor(readonly opening: Opening) {
    this.fullscreen.value = opening.fullscreen;
    this.expanded.value = opening.expanded || opening.fullscreen;
  }
}

/** A button with blank text stays hidden. */
export function isShown(button: BottomButton): boolean {
  return button.visible && button.text.trim() !== "";
}
