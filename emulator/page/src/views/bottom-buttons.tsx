// The main and the secondary button below the app.
import { theme } from "../choices.ts";
import { legible } from "../frame/colors.ts";
import { type BottomButton, isShown, type Session } from "../frame/session.ts";
import type { ThemeParams } from "../frame/themes.ts";
import { pressButton } from "./current-bridge.ts";

export function BottomButtons({ session }: { session: Session }) {
  const main = session.mainButton.value;
  const secondary = session.secondaryButton.value;
  const params: ThemeParams = theme.value.params;
  const { button_color = "#0d63b8", button_text_color = "#ffffff" } = params;
  const bar =
    session.bottomBarColor.value ?? params.bottom_bar_bg_color ?? params.bg_color ?? "#ffffff";
  // With both, the secondary one is where its position says.
  const place = isShown(main) && isShown(secondary) ? secondary.position : "alone";
  return (
    <div class={`bottom-buttons ${place}`} style={{ background: bar }}>
      {isShown(secondary) && (
        <Button button={secondary} name="secondary" color={bar} textColor={button_color} />
      )}
      {isShown(main) && (
        <Button button={main} name="main" color={button_color} textColor={button_text_color} />
      )}
    </div>
  );
}

interface ButtonProps {
  button: BottomButton;
  name: "main" | "secondary";
  color: string;
  textColor: string;
}

function Button({ button, name, color, textColor }: ButtonProps) {
  const background = button.color ?? color;
  // Colours that the app chose are used as they are; a theme's own pair is made readable.
  const text = button.textColor ?? legible(textColor, background);
  return (
    <button
      type="button"
      class={`bottom-button ${name} ${button.shine ? "shine" : ""}`}
      style={{ background, color: text }}
      disabled={!button.active}
      aria-busy={button.progress}
      onClick={() => pressButton(`${name}_button_pressed`)}
    >
      <span class={button.progress ? "hidden-text" : ""}>{button.text}</span>
      {button.progress && <span class="spinner" />}
    </button>
  );
}
