// One picture, table or formula with the whole screen to itself, turned on its side if that shows more.
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { haptic } from "../../bridge/index.ts";
import { lockOrientation, takeScreen } from "../../bridge/screen.ts";
import { t } from "../../i18n/index.ts";
import { closeScreen, openedScreen } from "../../state/navigation.ts";
import { IconButton } from "../ui/controls.tsx";
import { followLink } from "./answer.tsx";

const leave = (): void => closeScreen("viewer");

export function Viewer() {
  const self = useRef<HTMLDialogElement>(null);
  const stage = useRef<HTMLElement>(null);
  const [turned, turn] = useState(false);
  const shown = openedScreen("viewer")?.shown;
  // A window on a desk is as large as its owner wants it, and is not turned.
  const held = matchMedia("(pointer: coarse)").matches;
  useLayoutEffect(() => {
    const dialog = self.current!;
    dialog.showModal();
    if (shown) stage.current!.replaceChildren(shown);
    return () => dialog.close();
  }, []);
  useEffect(() => {
    return held ? takeScreen() : undefined;
  }, []);
  useEffect(() => {
    if (!turned) return undefined;
    // Who turns the device now would have it turned twice.
    lockOrientation(true);
    return () => void lockOrientation(false);
  }, [turned]);
  const label = t("app.markdown.widen");
  return (
    <dialog
      class={turned ? "viewer turned" : "viewer"}
      ref={self}
      aria-label={label}
      onCancel={(event) => {
        event.preventDefault();
        leave();
      }}
    >
      <div class="viewer-head">
        {held && (
          <IconButton
            icon="turn"
            label={t("app.viewer.turn")}
            onClick={() => {
              haptic("selection");
              turn(!turned);
            }}
          />
        )}
        <IconButton icon="close" label={t("app.close")} onClick={leave} />
      </div>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: a key on a link is a click */}
      <section
        class="viewer-stage answer"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys
        tabIndex={0}
        aria-label={label}
        ref={stage}
        onClick={followLink}
      />
    </dialog>
  );
}
