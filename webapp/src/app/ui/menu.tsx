// A menu of rarely used actions. It opens next to its button, never under the finger, so that a
// second tap only closes it. Its children are icon buttons; the style sheet shows their labels as
// text.
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { IconButton } from "./controls.tsx";

const MARGIN = 8;

export function Menu({ label, children }: { label: string; children: ComponentChildren }) {
  const [at, open] = useState<DOMRect | null>(null);
  return (
    <>
      <IconButton
        icon="more"
        label={label}
        expanded={at !== null}
        onClick={({ currentTarget }) => open((currentTarget as Element).getBoundingClientRect())}
      />
      {at && (
        <Window label={label} at={at} onClose={() => open(null)}>
          {children}
        </Window>
      )}
    </>
  );
}

interface WindowProps {
  label: string;
  at: DOMRect;
  onClose: () => void;
  children: ComponentChildren;
}

function Window({ label, at, onClose, children }: WindowProps) {
  const self = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const dialog = self.current!;
    dialog.showModal();
    place(dialog, at);
    return () => dialog.close();
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: for keys there is Escape
    <dialog
      class="menu"
      ref={self}
      aria-label={label}
      onClick={onClose}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      {children}
    </dialog>
  );
}

/** Places it below `at` if there is room, else on the larger side; it scrolls rather than cover
 *  `at`. */
function place(dialog: HTMLElement, at: DOMRect): void {
  const { innerWidth: width, innerHeight: height } = window;
  const below = height - at.bottom;
  const goesBelow = dialog.offsetHeight + MARGIN <= below || below >= at.top;
  const left = at.left < width / 2 ? at.left : at.right - dialog.offsetWidth;
  const within = Math.min(Math.max(left, MARGIN), width - dialog.offsetWidth - MARGIN);
  dialog.style.left = `${within}px`;
  dialog.style[goesBelow ? "top" : "bottom"] = `${goesBelow ? at.bottom : height - at.top}px`;
  dialog.style.setProperty("--room", `${(goesBelow ? below : at.top) - MARGIN}px`);
}
