// Opening, size, theme and closing.

import { type Frame, type Handler, refuse } from "../frame.ts";
import { flagIn } from "../gate.ts";

/** Web clients give the app a thin scrollbar; apps accept it only from web.telegram.org. */
const SCROLLBAR = "* { scrollbar-width: thin }";

export const iframeReady: Handler = (frame, data) => {
  frame.session.reloadSupported = flagIn(data, "reload_supported");
  if (frame.platform.iframe) frame.send("set_custom_style", SCROLLBAR);
};

export const iframeWillReload: Handler = (frame) => {
  frame.session.willReload = true;
};

export const ready: Handler = (frame) => {
  frame.session.ready.value = true;
  frame.session.saidReady = true;
  frame.session.silent.value = null;
};

export const close: Handler = (frame) => frame.close();

export const expand: Handler = (frame) => {
  if (frame.session.dragged.value !== null) refuse("being dragged");
  frame.session.expanded.value = true;
};

export const requestTheme: Handler = (frame) => frame.sendTheme();
export const requestViewport: Handler = (frame) => frame.sendViewport();

export const requestSafeArea: Handler = (frame) => {
  frame.send("safe_area_changed", frame.insets().safe);
};

export const requestContentSafeArea: Handler = (frame) => {
  frame.send("content_safe_area_changed", frame.insets().content);
};

export const requestFullscreen: Handler = (frame) => {
  const { fullscreen } = frame.session;
  if (!frame.platform.fullscreen) fullscreenUnsupported(frame);
  if (fullscreen.value) {
    frame.send("fullscreen_failed", { error: "ALREADY_FULLSCREEN" });
    refuse("ALREADY_FULLSCREEN");
  }
  // The event follows from the change, whoever makes it: see frame-bridge.ts.
  fullscreen.value = true;
  frame.session.expanded.value = true;
};

export const exitFullscreen: Handler = (frame) => {
  if (!frame.platform.fullscreen) fullscreenUnsupported(frame);
  if (frame.session.fullscreen.value) frame.session.fullscreen.value = false;
  else frame.send("fullscreen_changed", { is_fullscreen: false });
};

function fullscreenUnsupported(frame: Frame): never {
  frame.send("fullscreen_failed", { error: "UNSUPPORTED" });
  refuse("UNSUPPORTED");
}

export const setupClosing: Handler = (frame, data) => {
  frame.session.confirmClosing.value = flagIn(data, "need_confirmation");
};

export const setupSwipes: Handler = (frame, data) => {
  frame.session.verticalSwipes.value = flagIn(data, "allow_vertical_swipe", true);
};

export const hideKeyboard: Handler = (frame) => {
  frame.session.keyboard.value = false;
};

export const toggleOrientationLock: Handler = (frame, data) => {
  if (!frame.platform.orientationLock) refuse("UNSUPPORTED");
  frame.session.orientationLocked.value = flagIn(data, "locked");
};
