// The main and the secondary button below the app.
import { theme } from "../choices.ts";
import { type BottomButton, isShown, type Session } from "../frame/session.ts";
import { pressButton } from "./current-bridge.ts";

export function BottomButtons({ session }: { session: Session }) {
  const main = session.mainButton.value;
  const secondary = session.secondaryButton.value;
  const { params } = theme.value;
  const bar = session.bottomBarColor.value ?? params.bottom_bar_bg_color ?? params.bg_color;
  // Both at once: the secondary one stands where its position says.
  const place = isShown(main) && isShown(secondary) ? secondary.position : "alone";
  return (
    <div class={`bottom-buttons ${place}`} style={{ background: bar }}>
      {isShown(secondary) && (
        <Button button={secondary} name="secondary" color={bar} textColor={params.button_color} />
      )}
      {isShown(main) && (
        <Button button={main} name="main" color={params.button_color} textColor={params.button_text_color} />
      )}
    </div>
  );
}

interface ButtonProps {
  button: BottomButton;
  name: "main" | "secondary";
  color: string | undefined;
  textColor: string | undefined;
}

function Button({ button, name, color, textColor }: ButtonProps) {
  const style = { background: button.color ?? color, color: button.textColor ?? textColor };
  return (
    <button
      type="button"
      class={`bottom-button ${name} ${button.shine ? "shine" : ""}`}
      style={style}
      disabled={!button.active}
      aria-busy={button.progress}
      onClick={() => pressButton(`${name}_button_pressed`)}
    >
      <span class={button.progress ? "hidden-text" : ""}>{button.text}</span>
      {button.progress && <span class="spinner" />}
    </button>
  );
}
