// The composer's button that lets the next questions search. The server renders it hidden.
import { haptic } from "../../bridge/index.ts";
import { t } from "../../i18n/index.ts";
import { openScreen } from "../../state/navigation.ts";
import { searching, searchOffer, toggleSearch } from "../../state/question-options.ts";
import { Icon } from "../ui/icons.tsx";

/** Turns searching on, or leads to the plan that includes it. */
export function SearchToggle() {
  const offer = searchOffer.value;
  const press = (): void => {
    haptic("selection");
    if (offer === "locked") openScreen({ name: "plans", reason: "search" });
    else toggleSearch();
  };
  return (
    <button
      type="button"
      class="search-toggle"
      hidden={offer === "none"}
      aria-pressed={searching.value}
      onClick={press}
    >
      <Icon name="globe" />
      <span class="search-word">{t("app.search")}</span>
      {offer === "locked" && (
        <>
          <Icon name="lock" />
          <span class="sr-only">{t("app.models.locked")}</span>
        </>
      )}
    </button>
  );
}
