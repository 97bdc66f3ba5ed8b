// Who may receive one's words: what was agreed to, with whom, and taking it back.
import { useRef } from "preact/hooks";
import type { Consent } from "../api/index.ts";
import { haptic } from "../bridge/index.ts";
import { t } from "../i18n.ts";
import { notice } from "../state/actions/notice.ts";
import { attempt } from "../state/failure.ts";
import { more } from "../state/more.ts";
import { policyLines } from "./consent-sheet.tsx";
import { useLoading } from "./loading.tsx";
import { Way } from "./parts.tsx";
import { dateOf } from "./standing.ts";

export function Consents() {
  const { found: items, put, instead } = useLoading(inOrder);
  if (!items) return instead;
  const change = (changed: Consent): void =>
    put(items.map((one) => (one.provider === changed.provider ? changed : one)));
  return (
    <div class="screen">
      <p class="section-word">{t(items.length ? "app.consents.word" : "app.consents.nobody")}</p>
      {items.map((one) => <Receiver key={one.provider} consent={one} onChange={change} />)}
    </div>
  );
}

/** What was agreed to comes first; pressing a button then moves nothing. */
async function inOrder(): Promise<readonly Consent[]> {
  const { items } = await more().consents();
  return [...items].sort((a, b) => Number(!a.agreedAt) - Number(!b.agreedAt));
}

function Receiver({ consent, onChange }: { consent: Consent; onChange: (changed: Consent) => void }) {
  const { provider, name, agreedAt } = consent;
  const waits = useRef(false);
  const press = async (): Promise<void> => {
    if (waits.current) return;
    // The button stays as it is: disabled, it would lose the focus.
    waits.current = true;
    const changed = await attempt(() => (agreedAt ? takenBack(consent) : more().agree(provider)), notice);
    waits.current = false;
    if (!changed) return;
    haptic("success");
    onChange(changed);
  };
  return (
    <section class="card consent" aria-labelledby={`receiver-${provider}`}>
      <h2 class="field-name" id={`receiver-${provider}`}><bdi>{name}</bdi></h2>
      <ul>{policyLines(consent).map((line) => <li key={line}>{line}</li>)}</ul>
      <div class="area-foot">
        <span role="status">{agreedAt ? t("app.consents.given", { date: dateOf(agreedAt) }) : t("app.consents.none", { name })}</span>
        <Way danger={agreedAt !== null} onClick={() => void press()}>
          {t(agreedAt ? "app.consents.revoke" : "app.consents.agree")}
          <span class="sr-only"> {name}</span>
        </Way>
      </div>
    </section>
  );
}

async function takenBack(consent: Consent): Promise<Consent> {
  await more().revoke(consent.provider);
  return { ...consent, agreedAt: null };
}
