// Small components that several screens share.
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { t } from "../../i18n/index.ts";
import type { Failure } from "../../state/model.ts";
import { Icon, type IconName } from "./icons.tsx";

interface IconButtonProps {
  icon: IconName;
  label: string;
  onClick: (event: MouseEvent) => void;
  class?: string;
  expanded?: boolean;
  disabled?: boolean;
}

export function IconButton({ icon, label, onClick, class: extra = "", ...rest }: IconButtonProps) {
  const expanded = rest.expanded === undefined ? {} : { "aria-expanded": rest.expanded };
  return (
    <button
      type="button"
      class={`icon-button ${extra}`.trim()}
      aria-label={label}
      title={label}
      onClick={onClick}
      disabled={rest.disabled ?? false}
      {...expanded}
    >
      <Icon name={icon} />
    </button>
  );
}

interface TroubleProps {
  failure: Pick<Failure, "title" | "detail">;
  /** Red, for what failed; quiet for what merely ended early. */
  bad?: boolean;
  children?: ComponentChildren;
}

/** What went wrong, shown in place, with buttons for what to do. */
export function Problem({ failure, bad = true, children }: TroubleProps) {
  return (
    <div class={bad ? "problem bad" : "problem"}>
      <div class="problem-words">
        <p class="problem-title">{failure.title}</p>
        {failure.detail && <p class="problem-detail">{failure.detail}</p>}
      </div>
      {children && <div class="problem-actions">{children}</div>}
    </div>
  );
}

interface TextButtonProps {
  onClick: () => void;
  danger?: boolean;
  disabled?: boolean;
  children: ComponentChildren;
}

export function TextButton({
  onClick,
  danger = false,
  disabled = false,
  children,
}: TextButtonProps) {
  const classes = danger ? "text-button danger" : "text-button";
  return (
    <button type="button" class={classes} onClick={onClick} disabled={disabled}>
      {children}
    </button>
  );
}

const SKELETON_AFTER = 300;

/** Grey placeholder lines, shown only if loading takes a while. */
export function Skeleton({ lines = 6 }: { lines?: number }) {
  const [shown, show] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => show(true), SKELETON_AFTER);
    return () => clearTimeout(timer);
  }, []);
  if (!shown) return null;
  return (
    <div class="skeleton" role="status" aria-label={t("app.loading")}>
      {Array.from({ length: lines }, (_, line) => (
        <div class="bone" key={line} />
      ))}
    </div>
  );
}
