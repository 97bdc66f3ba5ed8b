// The one thing that a sheet or page is for.
import type { ComponentChildren } from "preact";

interface MainButtonProps {
  onClick: () => void;
  disabled?: boolean;
  children: ComponentChildren;
}

export function MainButton({ onClick, disabled = false, children }: MainButtonProps) {
  return (
    <button type="button" class="main-button" disabled={disabled} onClick={onClick}>
      {children}
    </button>
  );
}
