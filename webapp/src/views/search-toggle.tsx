// The composer's button that lets the next questions search. The server renders it hidden.
import { haptic } from "../bridge/index.ts";
import { t } from "../i18n.ts";
import { searching, searchOffer, toggleSearch } from "../state/asking.ts";
import { open } from "../state/nav.ts";
import { Icon } from "./icons.tsx";

/** Searches, or leads to the plan that does. */
export function SearchToggle() {
  const offer = searchOffer.value;
  const press = (): void => {
    haptic("selection");
    if (offer === "locked") open({ name: "plans", reason: "search" });
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
      {offer === "locked" && <><Icon name="lock" /><span class="sr-only">{t("app.models.locked")}</span></>}
    </button>
  );
}
