// The person's instructions for every answer.
import { useState } from "preact/hooks";
import { saveSettings } from "../../actions/settings.ts";
import { haptic } from "../../bridge/index.ts";
import { formatNumber, t } from "../../i18n/index.ts";
import { me } from "../../state/store.ts";
import { Skeleton, TextButton } from "../ui/controls.tsx";
import { Section } from "../ui/row.tsx";

const LONGEST = 4_000;

export function Instructions() {
  const saved = me.value?.settings.customInstructions ?? "";
  const [typed, write] = useState<string | null>(null);
  if (!me.value) return <Skeleton lines={6} />;
  const text = typed ?? saved;
  const changed = text.trim() !== saved.trim();
  const save = async (): Promise<void> => {
    if (await saveSettings({ customInstructions: text.trim() || null })) haptic("success");
  };
  const length = { n: formatNumber(text.length), limit: formatNumber(LONGEST) };
  return (
    <div class="screen">
      <Section word={t("app.settings.instructions.word")}>
        <textarea
          class="area"
          dir="auto"
          maxLength={LONGEST}
          aria-label={t("app.instructions.title")}
          placeholder={t("app.settings.instructions.example")}
          value={text}
          onInput={(event) => write(event.currentTarget.value)}
        />
        <div class="area-foot">
          <span>{t("app.settings.instructions.length", length)}</span>
          <TextButton disabled={!changed} onClick={() => void save()}>
            {t(changed ? "app.save" : "app.saved")}
          </TextButton>
        </div>
      </Section>
    </div>
  );
}
