// Settings: the plan and what is left of it, how answers are made, and the pages behind them.
import { useState } from "preact/hooks";
import { loadMe } from "../../actions/account.ts";
import { saveSettings } from "../../actions/settings.ts";
import { openLink } from "../../bridge/links.ts";
import { formatNumber, language, languages, plural, t } from "../../i18n/index.ts";
import type { Me } from "../../state/model.ts";
import { modelLabel } from "../../state/model-label.ts";
import { isOn, me, usualModel } from "../../state/store.ts";
import { Problem, Skeleton, TextButton } from "../ui/controls.tsx";
import { shortDate } from "../ui/dates.ts";
import { Row, Section, Tile } from "../ui/row.tsx";
import { Switch } from "../ui/switch.tsx";
import { HomeScreen } from "./home-screen.tsx";

export function Settings() {
  const mine = me.value;
  if (!mine) return <Waiting />;
  const { settings } = mine;
  return (
    <div class="screen">
      <Plan mine={mine} />
      <Section title={t("app.settings.answers")} word={t("app.settings.suggestions.word")}>
        <Row
          icon="models"
          tint="purple"
          name={t("app.settings.model")}
          value={usualModel.value && <bdi>{modelLabel(usualModel.value.name)}</bdi>}
          opens={{ name: "models", use: "default" }}
        />
        <Row
          icon="persona"
          tint="pink"
          name={t("app.personas.title")}
          opens={{ name: "personas" }}
        />
        <Row
          icon="edit"
          tint="blue"
          name={t("app.instructions.title")}
          value={t(settings.customInstructions ? "app.on" : "app.off")}
          opens={{ name: "instructions" }}
        />
        <Switch
          icon="chat"
          tint="teal"
          name={t("app.settings.suggestions")}
          on={settings.suggestions}
          onChange={(suggestions) => void saveSettings({ suggestions })}
        />
      </Section>
      <Section>
        {isOn("schedules") && (
          <Row
            icon="clock"
            tint="purple"
            name={t("app.schedules.title")}
            opens={{ name: "schedules" }}
          />
        )}
        {isOn("business") && (
          <Row
            icon="chat"
            tint="pink"
            name={t("app.business.title")}
            opens={{ name: "business" }}
          />
        )}
        <Row icon="bell" tint="amber" name={t("app.notices.title")} opens={{ name: "notices" }} />
        <Row icon="usage" tint="green" name={t("app.usage.title")} opens={{ name: "usage" }} />
        <Row icon="lock" tint="grey" name={t("app.consents.title")} opens={{ name: "consents" }} />
        <Row icon="plan" tint="blue" name={t("app.data.title")} opens={{ name: "data" }} />
      </Section>
      {mine.operator && (
        <Section word={t("app.console.word")}>
          <Row
            icon="usage"
            tint="purple"
            name={t("app.console.title")}
            opens={{ name: "console" }}
          />
        </Section>
      )}
      <About />
    </div>
  );
}

function Waiting() {
  const failure = {
    title: t("app.settings.unread.title"),
    detail: t("app.settings.unread.detail"),
  };
  const [tried, tell] = useState(false);
  const again = (
    <TextButton onClick={() => void loadMe().then(() => tell(true))}>{t("app.retry")}</TextButton>
  );
  if (tried) return <Problem failure={failure}>{again}</Problem>;
  return (
    <>
      <Skeleton lines={6} />
      {again}
    </>
  );
}

function Plan({ mine }: { mine: Me }) {
  const { plan, quota } = mine;
  const numbers = { used: formatNumber(quota.used), limit: formatNumber(quota.limit) };
  const until =
    plan.renewsAt && t(renewal(plan.renewal), { date: shortDate(plan.renewsAt, new Date()) });
  return (
    <Section>
      <Row
        icon="star"
        tint="amber"
        name={plan.name}
        word={until}
        value={t(plan.renewsAt ? "app.settings.plan.manage" : "app.settings.plan.see")}
        opens={plan.renewsAt ? { name: "subscription" } : { name: "plans" }}
      />
      <div class="field">
        <Tile icon="chat" tint="blue" />
        <span class="field-words">
          <span class="field-name" id="quota">
            {t("app.settings.quota", numbers)}
          </span>
          {quota.credits > 0 && (
            <span class="field-word">{plural("app.settings.credits", quota.credits)}</span>
          )}
          <progress
            class="meter"
            aria-labelledby="quota"
            max={quota.limit}
            value={Math.min(quota.used, quota.limit)}
          />
        </span>
      </div>
      <Row
        icon="receipt"
        tint="green"
        name={t("app.payments.title")}
        opens={{ name: "payments" }}
      />
    </Section>
  );
}

/** "Renews on…" only where it does. */
const renewal = (how: Me["plan"]["renewal"]): string =>
  how === "on" ? "app.plan.renews" : how === "failed" ? "app.plan.failed" : "app.plan.until";

function About() {
  const paper = (name: string): void =>
    openLink(new URL(`/${name}?lang=${language()}`, location.origin).href);
  return (
    <Section>
      <Row
        icon="globe"
        tint="blue"
        name={t("app.language.title")}
        value={<bdi>{languages().find(({ tag }) => tag === language())?.name}</bdi>}
        opens={{ name: "language" }}
      />
      <HomeScreen />
      {["privacy", "terms"].map((name) => (
        <Row
          key={name}
          icon="file"
          tint="grey"
          name={t(`app.settings.${name}`)}
          onClick={() => paper(name)}
        />
      ))}
    </Section>
  );
}
