// Consents: which providers may receive messages, and withdrawing it.
import { useRef } from "preact/hooks";
import { saveSettings, settings } from "../../actions/settings.ts";
import { showToast } from "../../actions/toast.ts";
import type { Consent } from "../../api/index.ts";
import { haptic } from "../../bridge/index.ts";
import { t } from "../../i18n/index.ts";
import { attempt } from "../../state/failure.ts";
import { me } from "../../state/store.ts";
import { TextButton } from "../ui/controls.tsx";
import { dateOrNothing } from "../ui/dates.ts";
import { policyLines } from "../ui/policy-lines.ts";
import { Section } from "../ui/row.tsx";
import { Switch } from "../ui/switch.tsx";
import { useLoading } from "../ui/use-loading.tsx";
import { sourceLines } from "./consent-sheet.tsx";

export function Consents() {
  const { found: items, put, instead } = useLoading(inOrder);
  if (!items) return instead;
  const change = (changed: Consent): void =>
    put(items.map((one) => (one.provider === changed.provider ? changed : one)));
  const { redactOthers = false } = me.value?.settings ?? {};
  return (
    <div class="screen">
      <Section word={t("app.others.word")}>
        <Switch
          name={t("app.others")}
          on={redactOthers}
          onChange={(on) => void saveSettings({ redactOthers: on })}
        />
      </Section>
      <p class="section-word">{t(items.length ? "app.consents.word" : "app.consents.nobody")}</p>
      {items.map((one) => (
        <Receiver key={one.provider} consent={one} onChange={change} />
      ))}
    </div>
  );
}

/** Agreed providers first. The order is fixed, so pressing a button moves nothing. */
async function inOrder(): Promise<readonly Consent[]> {
  const { items } = await settings().consents();
  return [...items].sort((a, b) => Number(!a.agreedAt) - Number(!b.agreedAt));
}

function Receiver({
  consent,
  onChange,
}: {
  consent: Consent;
  onChange: (changed: Consent) => void;
}) {
  const { provider, name, agreedAt } = consent;
  const waits = useRef(false);
  const press = async (): Promise<void> => {
    if (waits.current) return;
    // The button stays enabled: disabling it would lose the focus.
    waits.current = true;
    const changed = await attempt(
      () => (agreedAt ? takenBack(consent) : settings().agree(provider)),
      showToast,
    );
    waits.current = false;
    if (!changed) return;
    haptic("success");
    onChange(changed);
  };
  return (
    <section class="card consent" aria-labelledby={`receiver-${provider}`}>
      <h2 class="field-name" id={`receiver-${provider}`}>
        <bdi>{name}</bdi>
      </h2>
      <ul>
        {[...policyLines(consent), ...sourceLines(consent)].map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      <div class="area-foot">
        <span role="status">
          {agreedAt
            ? t("app.consents.given", { date: dateOrNothing(agreedAt) })
            : t("app.consents.none", { name })}
        </span>
        <TextButton danger={agreedAt !== null} onClick={() => void press()}>
          {t(agreedAt ? "app.consents.revoke" : "app.consents.agree")}
          <span class="sr-only"> {name}</span>
        </TextButton>
      </div>
    </section>
  );
}

async function takenBack(consent: Consent): Promise<Consent> {
  await settings().revoke(consent.provider);
  return { ...consent, agreedAt: null };
}
