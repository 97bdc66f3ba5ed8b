// A gift opened by a link: what it contains, and the button that opens it.
import { useState } from "preact/hooks";
import { checkout, redeemGift } from "../../actions/billing.ts";
import { t } from "../../i18n/index.ts";
import type { Failure } from "../../state/model.ts";
import { closeAllScreens, openedScreen } from "../../state/navigation.ts";
import { Problem, TextButton } from "../ui/controls.tsx";
import { Icon } from "../ui/icons.tsx";
import { Thanks } from "./checkout.tsx";

export function Gift() {
  const code = openedScreen("gift")?.code ?? "";
  const [waits, wait] = useState(false);
  const [failure, tell] = useState<Failure | null>(null);
  if (checkout.value.at === "done") return <Thanks />;
  const open = async (): Promise<void> => {
    wait(true);
    tell(await redeemGift(code));
    wait(false);
  };
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
      <button type="button" class="main-button" disabled={waits} onClick={() => void open()}>
        {waits && <span class="spinner" />}
        {t("app.gift.open")}
      </button>
      <TextButton onClick={closeAllScreens}>{t("app.consent.later")}</TextButton>
    </div>
  );
}
