// Detects returning to the page, for example from Telegram's settings.
import { useEffect } from "preact/hooks";
import { on } from "../../bridge/index.ts";

/** Calls `look` whenever the page becomes visible again. */
export function useReturnToPage(look: () => void): void {
  useEffect(() => {
    const seen = (): void => {
      if (!document.hidden) look();
    };
    document.addEventListener("visibilitychange", seen);
    const off = on("visibility_changed", ({ is_visible }) => is_visible && look());
    return () => {
      document.removeEventListener("visibilitychange", seen);
      off();
    };
  }, []);
}
