// Settings in Telegram's style: sections with a header and a footer, and rows. styles/screens.css
// sets their dimensions, as on iOS or Android.
import type { ComponentChildren } from "preact";
import { openScreen, type Screen } from "../../state/navigation.ts";
import { Icon, type IconName } from "./icons.tsx";

/** The colour of an icon's tile on iOS. Android draws icons without one. */
export type Tint = "amber" | "blue" | "green" | "grey" | "pink" | "purple" | "teal";

export function Tile({ icon, tint }: { icon: IconName; tint: Tint }) {
  return (
    <span class={`tile ${tint}`}>
      <Icon name={icon} />
    </span>
  );
}

interface SectionProps {
  title?: string;
  /** The text below the card. */
  word?: ComponentChildren;
  children: ComponentChildren;
}

export function Section({ title, word, children }: SectionProps) {
  return (
    <section class="section">
      {title && <h2 class="section-title">{title}</h2>}
      <div class="card">{children}</div>
      {word && <p class="section-word">{word}</p>}
    </section>
  );
}

interface RowProps {
  name: string;
  word?: ComponentChildren;
  value?: ComponentChildren;
  icon?: IconName;
  tint?: Tint;
  /** The screen that the row opens. */
  opens?: Screen;
  onClick?: () => void;
  danger?: boolean;
  /** The row's action is running. */
  waits?: boolean;
}

/** A row: a button if it does or opens something, with a chevron if it opens a screen. */
export function Row({ name, word, value, opens, ...look }: RowProps) {
  const { icon, tint = "blue", danger, waits = false } = look;
  const press = look.onClick ?? (opens && (() => openScreen(opens)));
  const inner = (
    <>
      {icon && <Tile icon={icon} tint={tint} />}
      <span class="field-words">
        <span class="field-name">{name}</span>
        {word && <span class="field-word">{word}</span>}
      </span>
      {value && <span class="field-value">{value}</span>}
      {waits ? <span class="spinner" /> : opens && <Icon name="next" />}
    </>
  );
  if (!press) return <div class="field">{inner}</div>;
  return (
    <button
      type="button"
      class={danger ? "field danger" : "field"}
      data-opens={opens?.name}
      disabled={waits}
      onClick={press}
    >
      {inner}
    </button>
  );
}
