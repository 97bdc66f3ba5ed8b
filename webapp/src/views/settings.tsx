// Settings: the plan and what is left of it, how answers are made, and where they go.
import { useState } from "preact/hooks";
import { haptic } from "../bridge/index.ts";
import { openLink } from "../bridge/links.ts";
import { formatNumber, language, plural, t } from "../i18n.ts";
import { loadMe, saveSettings } from "../state/actions/account.ts";
import type { Me } from "../state/model.ts";
import { open } from "../state/nav.ts";
import { activeModel, me } from "../state/store.ts";
import { shortDate } from "./dates.ts";
import { Icon } from "./icons.tsx";
import { Notices } from "./notices.tsx";
import { Skeleton, Trouble, Way } from "./parts.tsx";
import { Personas } from "./personas.tsx";
import { Switch } from "./switch.tsx";

export function Settings() {
  const mine = me.value;
  if (!mine) return <Waiting />;
  return (
    <div class="screen">
      <Plan mine={mine} />
      <section class="section">
        <h2 class="section-title">{t("app.settings.answers")}</h2>
        <div class="card">
          <button type="button" class="field" onClick={() => open({ name: "models", use: "default" })}>
            <span class="field-words"><span class="field-name">{t("app.settings.model")}</span></span>
            <span class="field-value"><bdi>{activeModel.value?.name ?? ""}</bdi></span>
            <Icon name="next" />
          </button>
          {(["handOff", "suggestions"] as const).map((name) => (
            <Switch
              key={name}
              name={t(`app.settings.${name}`)}
              word={t(`app.settings.${name}.word`)}
              on={mine.settings[name]}
              onChange={(on) => void saveSettings({ [name]: on })}
            />
          ))}
        </div>
      </section>
      <Personas chosen={mine.settings.personaId} />
      <Goes />
      <Notices />
      <Instructions saved={mine.settings.customInstructions ?? ""} />
      <About />
    </div>
  );
}

function Waiting() {
  const failure = { title: t("app.settings.unread.title"), detail: t("app.settings.unread.detail") };
  const [tried, tell] = useState(false);
  const again = (): void => void loadMe().then(() => tell(true));
  if (!tried) return <><Skeleton lines={6} /><Retry onClick={again} /></>;
  return <Trouble failure={failure}><Way onClick={again}>{t("app.retry")}</Way></Trouble>;
}

const Retry = ({ onClick }: { onClick: () => void }) => (
  <Way onClick={onClick}>{t("app.retry")}</Way>
);

function Plan({ mine }: { mine: Me }) {
  const { plan, quota } = mine;
  const numbers = { used: formatNumber(quota.used), limit: formatNumber(quota.limit) };
  return (
    <section class="section">
      <h2 class="section-title">{t("app.settings.plan")}</h2>
      <div class="card">
        <button type="button" class="field" onClick={() => open({ name: plan.renewsAt ? "subscription" : "plans" })}>
          <span class="field-words">
            <span class="field-name">{plan.name}</span>
            {plan.renewsAt && (
              <span class="field-word">{t(until(plan.renewal), { date: shortDate(plan.renewsAt, new Date()) })}</span>
            )}
          </span>
          <span class="field-value">{t("app.settings.plan.see")}</span>
          <Icon name="next" />
        </button>
        <div class="field">
          <span class="field-words">
            <span class="field-name" id="quota">{t("app.settings.quota", numbers)}</span>
            {quota.credits > 0 && <span class="field-word">{plural("app.settings.credits", quota.credits)}</span>}
            <progress class="meter" aria-labelledby="quota" max={quota.limit} value={Math.min(quota.used, quota.limit)} />
          </span>
        </div>
      </div>
    </section>
  );
}

/** "Renews on…" only where it does. */
const until = (renewal: Me["plan"]["renewal"]): string =>
  renewal === "on" ? "app.plan.renews" : renewal === "failed" ? "app.plan.failed" : "app.plan.until";

/** Where the money and the words go. */
function Goes() {
  return (
    <section class="section">
      <h2 class="section-title">{t("app.settings.goes")}</h2>
      <div class="card">
        {(["usage", "consents"] as const).map((name) => (
          <button type="button" class="field" key={name} onClick={() => open({ name })}>
            <span class="field-words">
              <span class="field-name">{t(`app.${name}.title`)}</span>
              <span class="field-word">{t(`app.settings.${name}`)}</span>
            </span>
            <Icon name="next" />
          </button>
        ))}
      </div>
    </section>
  );
}

const LONGEST = 4_000;

function Instructions({ saved }: { saved: string }) {
  const [text, write] = useState(saved);
  const changed = text.trim() !== saved.trim();
  const save = async (): Promise<void> => {
    if (await saveSettings({ customInstructions: text.trim() || null })) haptic("success");
  };
  return (
    <section class="section">
      <h2 class="section-title" id="instructions">{t("app.settings.instructions")}</h2>
      <div class="card">
        <textarea
          class="area"
          dir="auto"
          maxLength={LONGEST}
          aria-labelledby="instructions"
          placeholder={t("app.settings.instructions.example")}
          value={text}
          onInput={(event) => write(event.currentTarget.value)}
        />
        <div class="area-foot">
          <span>{t("app.settings.instructions.length", { n: formatNumber(text.length), limit: formatNumber(LONGEST) })}</span>
          <Way disabled={!changed} onClick={() => void save()}>{t(changed ? "app.save" : "app.saved")}</Way>
        </div>
      </div>
      <p class="section-word">{t("app.settings.instructions.word")}</p>
    </section>
  );
}

/** The language's own name for itself. */
function languageName(): string {
  const name = new Intl.DisplayNames([language()], { type: "language" }).of(language()) ?? language();
  return name.charAt(0).toLocaleUpperCase(language()) + name.slice(1);
}

function About() {
  const paper = (name: string): void => openLink(new URL(`/${name}?lang=${language()}`, location.origin).href);
  return (
    <section class="section">
      <h2 class="section-title">{t("app.settings.about")}</h2>
      <div class="card">
        <div class="field">
          <span class="field-words">
            <span class="field-name">{t("app.settings.language")}</span>
            <span class="field-word">{t("app.settings.language.word")}</span>
          </span>
          <span class="field-value">{languageName()}</span>
        </div>
        {["privacy", "terms"].map((name) => (
          <button type="button" class="field" key={name} onClick={() => paper(name)}>
            <span class="field-words"><span class="field-name">{t(`app.settings.${name}`)}</span></span>
            <Icon name="next" />
          </button>
        ))}
      </div>
    </section>
  );
}
