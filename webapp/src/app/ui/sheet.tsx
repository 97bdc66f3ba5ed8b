// A sheet over the page: the browser's dialog element, which handles focus, Escape and the page
// below.
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../../i18n/index.ts";
import { IconButton } from "./controls.tsx";

interface SheetProps {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
}

export function Sheet({ title, onClose, children }: SheetProps) {
  const self = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const dialog = self.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  const besides = (event: MouseEvent): void => {
    if (event.target === self.current) onClose();
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: for keys there are Escape and a button
    <dialog
      class="sheet"
      ref={self}
      aria-labelledby="sheet-title"
      onClick={besides}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <div class="sheet-head">
        <h2 class="sheet-title" id="sheet-title">
          {title}
        </h2>
        <IconButton icon="close" label={t("app.close")} onClick={onClose} />
      </div>
      <div class="sheet-body">{children}</div>
    </dialog>
  );
}
