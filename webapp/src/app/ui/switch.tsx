// A setting that is on or off, with an explanation.
import { haptic } from "../../bridge/index.ts";
import type { IconName } from "./icons.tsx";
import { Tile, type Tint } from "./row.tsx";

interface SwitchProps {
  name: string;
  word?: string;
  icon?: IconName;
  tint?: Tint;
  on: boolean;
  onChange: (on: boolean) => void;
}

export function Switch({ name, word, icon, tint = "blue", on, onChange }: SwitchProps) {
  return (
    <label class="field">
      {icon && <Tile icon={icon} tint={tint} />}
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
