// The model picker: prices, capabilities, providers, and locked models.

import { regenerateAnswer } from "../../actions/messages.ts";
import { saveSettings } from "../../actions/settings.ts";
import { haptic } from "../../bridge/index.ts";
import { formatNumber, has, plural, t } from "../../i18n/index.ts";
import { mayAsk } from "../../state/chat-mode.ts";
import { faultsShown } from "../../state/deep-link.ts";
import type { Model } from "../../state/model.ts";
import { closeScreen, openedScreen, openScreen, type Screen } from "../../state/navigation.ts";
import {
  activeModel,
  currentThread,
  me,
  models,
  pickModel,
  usualModel,
} from "../../state/store.ts";
import { Skeleton } from "../ui/controls.tsx";
import { Icon } from "../ui/icons.tsx";
import { placeName } from "../ui/policy-lines.ts";
import { Sheet } from "../ui/sheet.tsx";

type Use = Extract<Screen, { name: "models" }>;

export function ModelsSheet() {
  const use = openedScreen("models");
  if (!use) return null;
  const chosen = chosenId(use);
  const shown = models.value.filter(
    (model) => (!model.fails || faultsShown.value) && (use.use === "default" || mayAsk(model)),
  );
  return (
    <Sheet title={t(`app.models.for.${use.use}`)} onClose={() => closeScreen("models")}>
      <p class="sheet-word">{t("app.models.privacy")}</p>
      {!models.value.length && <Skeleton lines={4} />}
      <div class="choices" role="radiogroup" aria-label={t("app.models.title")}>
        {shown.map((model) => (
          <Choice
            key={model.id}
            model={model}
            chosen={model.id === chosen}
            onPick={() => pick(use, model)}
          />
        ))}
      </div>
    </Sheet>
  );
}

function chosenId(use: Use): string | null {
  if (use.use === "again" || use.use === "beside")
    return currentThread.value.messages[use.messageId]?.modelId ?? null;
  if (use.use === "default") return me.value?.settings.modelId ?? usualModel.value?.id ?? null;
  return activeModel.value?.id ?? null;
}

function pick(use: Use, model: Model): void {
  haptic("selection");
  if (!model.allowed) return openScreen({ name: "plans", reason: "model" });
  closeScreen("models");
  if (use.use === "again") regenerateAnswer(use.messageId, model.id);
  else if (use.use === "beside") answerBeside(use.messageId, model.id);
  else if (use.use === "default") {
    pickModel(null);
    void saveSettings({ modelId: model.id });
  } else pickModel(model.id);
}

/** Requests another answer to the same question, shown next to the existing ones. */
function answerBeside(messageId: string, modelId: string): void {
  const questionId = currentThread.value.messages[messageId]?.parentId;
  regenerateAnswer(messageId, modelId);
  if (questionId) openScreen({ name: "compare", questionId });
}

interface ChoiceProps {
  model: Model;
  chosen: boolean;
  onPick: () => void;
}

function Choice({ model, chosen, onPick }: ChoiceProps) {
  const { name, allowed, small, provider, note } = model;
  const from = has(`app.models.from.${provider}`) ? t(`app.models.from.${provider}`) : provider;
  return (
    <button
      type="button"
      role="radio"
      aria-checked={chosen}
      class={allowed ? "choice model" : "choice model locked"}
      onClick={onPick}
    >
      <span class="choice-name">
        <bdi>{name}</bdi>
      </span>
      <span class="choice-word">{note ?? (small ? t("app.models.small") : from)}</span>
      <span class="tags">
        <span class="tag">
          {t(allowed ? `app.models.price.${model.priceClass}` : "app.models.locked")}
        </span>
        {abilities(model).map((ability) => (
          <span class="tag" key={ability}>
            {ability}
          </span>
        ))}
      </span>
      {!small && <span class="choice-word">{goesWhere(model)}</span>}
      {(chosen || !allowed) && <Icon name={allowed ? "check" : "lock"} />}
    </button>
  );
}

function abilities({ capabilities, contextTokens }: Model): string[] {
  const known = capabilities.map((one) => `app.models.can.${one}`).filter(has);
  return [...known.map((key) => t(key)), t("app.models.context", { n: pages(contextTokens) })];
}

/** A page of text is about 500 tokens. */
const pages = (tokens: number): string => {
  const about = Math.max(1, Math.round(tokens / 500));
  const round = 10 ** Math.max(0, Math.floor(Math.log10(about)) - 1);
  return formatNumber(Math.round(about / round) * round);
};

/** The provider's data policy, as far as it is known. */
function goesWhere({ policy }: Model): string {
  const { region, retentionDays: days, trains } = policy;
  return [
    region && placeName(region),
    days === null ? "" : days ? plural("app.models.kept", days) : t("app.models.kept.none"),
    trains === null ? "" : t(trains ? "app.models.trains" : "app.models.trains.no"),
  ]
    .filter(Boolean)
    .join(" · ");
}
