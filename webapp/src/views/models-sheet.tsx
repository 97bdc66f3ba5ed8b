// Picking a model: what it costs, what it can do, where the words go, and which are locked.
import { haptic } from "../bridge/index.ts";
import { formatNumber, has, t } from "../i18n.ts";
import { saveSettings } from "../state/actions/account.ts";
import { regenerate } from "../state/actions/ask.ts";
import type { Model } from "../state/model.ts";
import { close, open, opened, type Screen } from "../state/nav.ts";
import { activeModel, currentThread, me, models, pickedModelId } from "../state/store.ts";
import { Icon } from "./icons.tsx";
import { Skeleton } from "./parts.tsx";
import { Sheet } from "./sheet.tsx";

type Use = Extract<Screen, { name: "models" }>;

export function ModelsSheet() {
  const use = opened("models");
  if (!use) return null;
  const chosen = chosenId(use);
  return (
    <Sheet title={t(`app.models.for.${use.use}`)} onClose={() => close("models")}>
      <p class="sheet-word">{t("app.models.privacy")}</p>
      {!models.value.length && <Skeleton lines={4} />}
      <div class="choices" role="radiogroup" aria-label={t("app.models.title")}>
        {models.value.map((model) => (
          <Choice key={model.id} model={model} chosen={model.id === chosen} onPick={() => pick(use, model)} />
        ))}
      </div>
    </Sheet>
  );
}

function chosenId(use: Use): string | null {
  if (use.use === "again") return currentThread.value.messages[use.messageId]?.modelId ?? null;
  if (use.use === "default") return me.value?.settings.modelId ?? activeModel.value?.id ?? null;
  return activeModel.value?.id ?? null;
}

function pick(use: Use, model: Model): void {
  haptic("selection");
  if (!model.allowed) return open({ name: "plans", reason: "model" });
  close("models");
  if (use.use === "again") regenerate(use.messageId, model.id);
  else if (use.use === "default") void saveSettings({ modelId: model.id });
  else pickedModelId.value = model.id;
}

interface ChoiceProps {
  model: Model;
  chosen: boolean;
  onPick: () => void;
}

function Choice({ model, chosen, onPick }: ChoiceProps) {
  const { name, allowed, small } = model;
  return (
    <button
      type="button"
      role="radio"
      aria-checked={chosen}
      class={allowed ? "choice" : "choice locked"}
      onClick={onPick}
    >
      <span class="choice-name">
        <bdi>{name}</bdi>
        <span class="tag">{t(`app.models.price.${model.priceClass}`)}</span>
        {!allowed && <span class="tag">{t("app.models.locked")}</span>}
      </span>
      <span class="choice-word">
        {small ? t("app.models.small") : abilities(model)}
        {model.note && <><br />{model.note}</>}
      </span>
      {(chosen || !allowed) && <Icon name={allowed ? "check" : "lock"} />}
    </button>
  );
}

/** "xAI · search · files · remembers 131 thousand tokens". */
function abilities({ provider, capabilities, contextTokens }: Model): string {
  const known = capabilities.map((one) => `app.models.can.${one}`).filter(has);
  const can = known.map((key) => t(key));
  const reads = t("app.models.context", { n: formatNumber(Math.round(contextTokens / 1_000)) });
  const from = has(`app.models.from.${provider}`) ? t(`app.models.from.${provider}`) : provider;
  return [from, ...can, reads].join(" · ");
}
