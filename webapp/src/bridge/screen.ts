// The device's whole screen, which way up it is held, and the app's place on the home screen.
import { answer, on, post } from "./transport.ts";

/** Takes the whole screen where Telegram gives it; the returned function gives it back. */
export function takeScreen(): () => void {
  // An app that has it already is refused, and keeps it afterwards.
  let took = false;
  const off = on("fullscreen_changed", ({ is_fullscreen }) => {
    took = is_fullscreen;
  });
  post("web_app_request_fullscreen");
  return () => {
    off();
    if (took) post("web_app_exit_fullscreen");
  };
}

/** Keeps the screen as it is held now, or lets it turn again. */
export const lockOrientation = (locked: boolean): boolean =>
  post("web_app_toggle_orientation_lock", { locked });

/** Whether the app can be put on the home screen and is not there yet. */
export async function missesHomeScreen(): Promise<boolean> {
  const found = await answer("home_screen_checked", () => post("web_app_check_home_screen"));
  return found.status === "missed" || found.status === "unknown";
}

/** Asks the person to put the app there; settles once they have. */
export async function addToHomeScreen(): Promise<void> {
  await answer("home_screen_added", () => post("web_app_add_to_home_screen"));
}
