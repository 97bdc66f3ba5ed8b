// The layout that fits: one column, two, or three.
import { computed, effect, signal } from "@preact/signals";
import { dialogs } from "../dialogs.ts";
import { openedApp } from "../frame/open.ts";
import { myId } from "../world/live.ts";

function watched(query: string) {
  const media = matchMedia(query);
  const matches = signal(media.matches);
  media.addEventListener("change", () => (matches.value = media.matches));
  return matches;
}

const twoColumns = watched("(min-width: 760px)");
const threeColumns = watched("(min-width: 1180px)");

export const layout = computed(() => {
  if (threeColumns.value) return "wide";
  return twoColumns.value ? "medium" : "narrow";
});

/** Whether the tools are open if they have no column of their own. */
export const drawerOpen = signal(false);

// What opens in the phone must not stay behind the drawer.
effect(() => {
  void [dialogs.value, openedApp.value, myId.value];
  drawerOpen.value = false;
});
