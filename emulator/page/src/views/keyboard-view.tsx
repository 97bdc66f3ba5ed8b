// A stand-in for the phone's keyboard that takes the same space.
import { t } from "../boot.ts";
import type { Session } from "../frame/session.ts";
import { Icon } from "./icon.tsx";

const ROWS = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];

export function KeyboardView({ session }: { session: Session }) {
  return (
    <div class="soft-keyboard">
      <div class="keys" aria-hidden="true">
        {ROWS.map((row) => (
          <div key={row}>
            {[...row].map((letter) => (
              <kbd key={letter}>{letter}</kbd>
            ))}
          </div>
        ))}
      </div>
      <button type="button" class="quiet" onClick={() => (session.keyboard.value = false)}>
        <Icon name="chevronDown" />
        {t("device.hideKeyboard")}
      </button>
    </div>
  );
}
