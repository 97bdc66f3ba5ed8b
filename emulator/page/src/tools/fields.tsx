// The kinds of fields that the tools use.

import type { Signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";

/** A section of the tools with its heading. */
export function Group({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section class="group">
      <h3>{title}</h3>
      {children}
    </section>
  );
}

interface PickProps<T extends string> {
  label: string;
  value: T;
  values: readonly T[];
  name: (value: T) => string;
  change: (value: T) => void;
}

export function Pick<T extends string>({ label, value, values, name, change }: PickProps<T>) {
  return (
    <label class="field">
      <span>{label}</span>
      <select value={value} onChange={(event) => change(event.currentTarget.value as T)}>
        {values.map((one) => (
          <option key={one} value={one} selected={one === value}>
            {name(one)}
          </option>
        ))}
      </select>
    </label>
  );
}

export function Check({ label, of }: { label: string; of: Signal<boolean> }) {
  return <Toggle label={label} value={of.value} change={(value) => (of.value = value)} />;
}

interface ToggleProps {
  label: string;
  value: boolean;
  change: (value: boolean) => void;
}

export function Toggle({ label, value, change }: ToggleProps) {
  return (
    <label class="check">
      <input
        type="checkbox"
        role="switch"
        checked={value}
        onChange={(event) => change(event.currentTarget.checked)}
      />
      <span>{label}</span>
    </label>
  );
}

interface NumberProps {
  label: string;
  value: number;
  change: (value: number) => void;
  least?: number;
  most?: number;
}

export function NumberField({ label, value, change, least = 0, most = 1_000_000 }: NumberProps) {
  const changed = (text: string) => {
    const number = Number.parseInt(text, 10);
    if (Number.isFinite(number)) change(Math.min(most, Math.max(least, number)));
  };
  return (
    <label class="field">
      <span>{label}</span>
      <input
        type="number"
        inputMode="numeric"
        min={least}
        max={most}
        value={value}
        onChange={(event) => changed(event.currentTarget.value)}
      />
    </label>
  );
}

interface TextProps {
  label: string;
  value: string;
  change: (value: string) => void;
  placeholder?: string;
}

export function TextInput({ label, value, change, placeholder }: TextProps) {
  return (
    <label class="field">
      <span>{label}</span>
      <input
        value={value}
        dir="auto"
        placeholder={placeholder}
        spellcheck={false}
        onChange={(event) => change(event.currentTarget.value)}
      />
    </label>
  );
}

interface AskProps {
  label: string;
  button: string;
  initial?: string;
  act: (text: string) => void;
}

/** A field with its own button, cleared after use. */
export function OneLine({ label, button, initial = "", act }: AskProps) {
  const [text, setText] = useState(initial);
  const submit = (event: Event) => {
    event.preventDefault();
    if (text.trim() === "") return;
    act(text.trim());
    setText(initial);
  };
  return (
    <form class="one-line" onSubmit={submit}>
      <label class="field">
        <span>{label}</span>
        <input value={text} dir="auto" onInput={(event) => setText(event.currentTarget.value)} />
      </label>
      <button type="submit" class="secondary">
        {button}
      </button>
    </form>
  );
}
