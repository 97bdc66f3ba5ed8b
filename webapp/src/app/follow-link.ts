// Opens the target of the link that opened the app.
import { openConversation } from "../actions/conversations.ts";
import { whenDeferred } from "../actions/deferred-actions.ts";
import { type DeepLink, faultsShown } from "../state/deep-link.ts";
import { openScreen } from "../state/navigation.ts";
import { pickedTask } from "../state/question-options.ts";
import { compose } from "./composer/composer-text.ts";

/** Opens the link's target. A question is only put into the composer; the person sends it. */
export function followLink(link: DeepLink): void {
  switch (link.to) {
    case "conversation":
      return openConversation(link.id);
    case "plans":
      return openScreen({ name: "plans" });
    case "settings":
      openScreen({ name: "settings" });
      if (link.page) openScreen({ name: link.page });
      return;
    case "gift":
      return openScreen({ name: "gift", code: link.code });
    case "question":
      pickedTask.value = link.task ?? null;
      if (link.text) compose(link.text, true);
      return;
    case "shared":
      return whenDeferred(({ continueShared }) => continueShared(link.token));
    case "faults":
      faultsShown.value = true;
  }
}
