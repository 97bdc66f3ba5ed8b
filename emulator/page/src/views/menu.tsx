// A button that opens a menu: arrow keys, Home and End move, Escape and Tab close.
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Icon, type IconName } from "./icon.tsx";

export interface MenuItem {
  id: string;
  text: string;
  icon?: IconName;
  danger?: boolean;
  act: () => void;
}

interface Props {
  label: string;
  icon: IconName;
  items: readonly MenuItem[];
  class?: string;
  /** The direction in which it opens from its button. */
  to?: "below" | "above";
}

export function Menu({ label, icon, items, class: extra = "", to = "below" }: Props) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  useOutsideClose(root, open, () => setOpen(false));
  const close = () => {
    setOpen(false);
    root.current?.querySelector("button")?.focus();
  };
  return (
    <div class={`menu-anchor ${extra}`} ref={root}>
      <button
        type="button"
        class="icon-button"
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <Icon name={icon} />
      </button>
      {open && <List items={items} label={label} to={to} close={close} />}
    </div>
  );
}

interface ListProps {
  items: readonly MenuItem[];
  label: string;
  to: string;
  close: () => void;
}

function List({ items, label, to, close }: ListProps) {
  const list = useRef<HTMLDivElement>(null);
  const [side, setSide] = useState(to);
  useLayoutEffect(() => {
    if (isCutOff(list.current)) setSide("above");
    entries(list.current)[0]?.focus({ preventScroll: true });
  }, []);
  const choose = (item: MenuItem) => {
    close();
    item.act();
  };
  return (
    <div
      class={`menu ${side}`}
      role="menu"
      aria-label={label}
      ref={list}
      onKeyDown={(event) => move(event, list.current, close)}
    >
      {items.map((item) => (
        <button
          key={item.id}
          type="button"
          role="menuitem"
          tabIndex={-1}
          class={item.danger ? "danger" : ""}
          onClick={() => choose(item)}
        >
          {item.icon && <Icon name={item.icon} />}
          {item.text}
        </button>
      ))}
    </div>
  );
}

/** Whether the list extends below the scrolling box around it. */
function isCutOff(list: HTMLElement | null): boolean {
  const box = list?.closest(".messages, .stage") ?? document.body;
  return (list?.getBoundingClientRect().bottom ?? 0) > box.getBoundingClientRect().bottom;
}

function entries(list: HTMLElement | null): HTMLElement[] {
  return [...(list?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];
}

function move(event: KeyboardEvent, list: HTMLElement | null, close: () => void): void {
  const all = entries(list);
  const at = all.indexOf(document.activeElement as HTMLElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
  if (to !== undefined) {
    event.preventDefault();
    all.at(to % all.length)?.focus();
  } else if (event.key === "Escape" || event.key === "Tab") {
    event.stopPropagation();
    if (event.key === "Escape") event.preventDefault();
    close();
  }
}

/** Closes on a press anywhere else, the frame of the Mini App included (it takes the focus). */
function useOutsideClose(
  root: { current: HTMLElement | null },
  open: boolean,
  close: () => void,
): void {
  useEffect(() => {
    if (!open) return undefined;
    const outside = (event: Event) => !root.current?.contains(event.target as Node) && close();
    document.addEventListener("pointerdown", outside);
    window.addEventListener("blur", close);
    return () => {
      document.removeEventListener("pointerdown", outside);
      window.removeEventListener("blur", close);
    };
  }, [open]);
}
