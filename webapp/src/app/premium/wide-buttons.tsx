// The one or two ways on from a page about paying: Telegram's own buttons below the app, or the page's
// where a client has none (the second came with Bot API 7.10).
import { useEffect, useState } from "preact/hooks";
import { setMainButton, setSecondaryButton } from "../../bridge/index.ts";
import { topScreen } from "../../state/navigation.ts";
import { TextButton } from "../ui/controls.tsx";
import { Icon, type IconName } from "../ui/icons.tsx";

interface Way {
  text: string;
  onPress: () => void;
  icon?: IconName;
  waits?: boolean;
}

export function WideButtons({ main, second }: { main: Way; second?: Way }) {
  const hasMain = useTelegram(setMainButton, main);
  const hasSecond = useTelegram(setSecondaryButton, second);
  return (
    <div class="checkout">
      {!hasMain && (
        <button type="button" class="main-button" disabled={main.waits} onClick={main.onPress}>
          {main.waits ? <span class="spinner" /> : main.icon && <Icon name={main.icon} />}
          {main.text}
        </button>
      )}
      {second && !hasSecond && <TextButton onClick={second.onPress}>{second.text}</TextButton>}
    </div>
  );
}

/** Sets one of Telegram's buttons while the page is on top; false where there is none. */
function useTelegram(set: typeof setMainButton, way: Way | undefined): boolean {
  const [page] = useState(topScreen.value?.name);
  const [native, tell] = useState(false);
  const shown = way !== undefined && topScreen.value?.name === page;
  const { text = "", waits: progress = false, onPress } = way ?? {};
  useEffect(() => {
    if (!shown) return undefined;
    tell(set({ text, progress, active: !progress, onPress: onPress! }));
    return () => void set(null);
  }, [text, progress, shown, onPress]);
  return native;
}
