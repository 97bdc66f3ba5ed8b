// A gift that a link brought: what it is, and opening it.
import { useCallback, useState } from "preact/hooks";
import { checkout, redeemGift } from "../../actions/billing.ts";
import { t } from "../../i18n/index.ts";
import type { Failure } from "../../state/model.ts";
import { closeAllScreens, openedScreen } from "../../state/navigation.ts";
import { Problem } from "../ui/controls.tsx";
import { Icon } from "../ui/icons.tsx";
import { Thanks } from "./checkout.tsx";
import { WideButtons } from "./wide-buttons.tsx";

export function Gift() {
  const code = openedScreen("gift")?.code ?? "";
  const [waits, wait] = useState(false);
  const [failure, tell] = useState<Failure | null>(null);
  const open = useCallback(() => {
    wait(true);
    void redeemGift(code).then((refused) => {
      tell(refused);
      wait(false);
    });
  }, [code]);
  if (checkout.value.at === "done") return <Thanks />;
  return (
    <div class="screen">
      <div class="hero">
        <div class="mark gold">
          <Icon name="gift" />
        </div>
        <h2 class="hero-title">{t("app.gift.hero")}</h2>
        <p class="hero-word">{t("app.gift.word")}</p>
      </div>
      {failure && <Problem failure={failure} />}
      <WideButtons
        main={{ text: t("app.gift.open"), waits, onPress: open }}
        second={{ text: t("app.consent.later"), onPress: closeAllScreens }}
      />
    </div>
  );
}
