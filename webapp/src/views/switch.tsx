// A setting that is on or off, with what it means.
import { haptic } from "../bridge/index.ts";

interface SwitchProps {
  name: string;
  word?: string;
  on: boolean;
  onChange: (on: boolean) => void;
}

export function Switch({ name, word, on, onChange }: SwitchProps) {
  return (
    <label class="field">
      <span class="field-words">
        <span class="field-name">{name}</span>
        {word && <span class="field-word">{word}</span>}
      </span>
      <input
        type="checkbox"
        role="switch"
        class="switch"
        checked={on}
        onChange={(event) => {
          haptic("selection");
          onChange(event.currentTarget.checked);
        }}
      />
    </label>
  );
}
