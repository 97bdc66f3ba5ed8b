// Broadcasts: write one, preview it, send it once confirmed, stop it.
import { useState } from "preact/hooks";
import { services } from "../../actions/services.ts";
import { showNotice, showToast } from "../../actions/toast.ts";
import { consoleApi } from "../../api/console.ts";
import type { Broadcast } from "../../api/index.ts";
import { uuid7 } from "../../api/uuid7.ts";
import { confirm } from "../../bridge/dialogs.ts";
import { formatNumber, language, plural, t } from "../../i18n/index.ts";
import { attempt } from "../../state/failure.ts";
import { languageName } from "../../state/question-options.ts";
import { TextButton } from "../ui/controls.tsx";
import { Section } from "../ui/row.tsx";
import { useLoading } from "../ui/use-loading.tsx";
import { confirmInChat } from "./console-confirm.ts";

const PLANS = ["free", "premium"];
const LANGUAGES = ["en", "ru", "ar", "de", "es", "fr", "pt", "tr", "uk", "zh"];

const api = () => consoleApi(services().api);

export function Broadcasts() {
  const { found, load, instead } = useLoading(() => api().broadcasts());
  if (!found) return instead;
  return (
    <>
      <Section word={t("app.console.broadcasts.word")}>
        <Writing onWritten={load} />
      </Section>
      {found.items.length > 0 && (
        <Section>
          {found.items.map((one) => (
            <Written key={one.id} broadcast={one} onChange={load} />
          ))}
        </Section>
      )}
    </>
  );
}

function Writing({ onWritten }: { onWritten: () => Promise<void> }) {
  const [text, write] = useState("");
  const [planId, choosePlan] = useState("");
  const [spoken, chooseLanguage] = useState("");
  const keep = async (): Promise<void> => {
    const draft = { id: uuid7(), text, planId: planId || null, language: spoken || null };
    if (!(await attempt(() => api().write(draft), showToast))) return;
    write("");
    await onWritten();
  };
  return (
    <div class="field">
      <span class="field-words">
        <textarea
          class="area"
          dir="auto"
          maxLength={3500}
          aria-label={t("app.console.broadcast.text")}
          placeholder={t("app.console.broadcast.text")}
          value={text}
          onInput={(event) => write(event.currentTarget.value)}
        />
        <Choice
          name={t("app.console.broadcast.plan")}
          options={PLANS.map((one) => [one, one] as const)}
          value={planId}
          onChange={choosePlan}
        />
        <Choice
          name={t("app.console.broadcast.language")}
          options={LANGUAGES.map((one) => [one, languageName(one, language())] as const)}
          value={spoken}
          onChange={chooseLanguage}
        />
        <TextButton disabled={!text.trim()} onClick={() => void keep()}>
          {t("app.console.broadcast.write")}
        </TextButton>
      </span>
    </div>
  );
}

interface ChoiceProps {
  name: string;
  options: readonly (readonly [string, string])[];
  value: string;
  onChange: (value: string) => void;
}

function Choice({ name, options, value, onChange }: ChoiceProps) {
  return (
    <label class="field-word">
      {name}{" "}
      <select
        class="language-picker"
        aria-label={name}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
      >
        <option value="">{t("app.console.broadcast.everybody")}</option>
        {options.map(([id, shown]) => (
          <option key={id} value={id}>
            {shown}
          </option>
        ))}
      </select>
    </label>
  );
}

interface WrittenProps {
  broadcast: Broadcast;
  onChange: () => Promise<void>;
}

function Written({ broadcast, onChange }: WrittenProps) {
  const { id, state } = broadcast;
  const act = async (work: () => Promise<unknown>): Promise<void> => {
    const done = await attempt(async () => {
      await work();
      return true;
    }, showToast);
    if (done) await onChange();
  };
  const preview = (): Promise<void> =>
    act(async () => {
      await api().preview(id);
      showNotice(t("app.console.broadcast.shown"));
    });
  const begin = async (): Promise<void> => {
    const title = t("app.console.broadcast.begin");
    const message = plural("app.console.broadcast.sure", broadcast.people - broadcast.begun);
    const sure = await confirm({ title, message, yes: title }).catch(() => false);
    if (sure && (await confirmInChat(() => api().begin(id)))) await onChange();
  };
  return (
    <div class="field">
      <span class="field-words">
        <span class="field-name said" dir="auto">
          {broadcast.text}
        </span>
        <span class="field-word">{report(broadcast)}</span>
        {state !== "done" && (
          <span>
            <TextButton onClick={() => void preview()}>
              {t("app.console.broadcast.preview")}
            </TextButton>
            {state === "running" ? (
              <TextButton onClick={() => void act(() => api().stop(id))}>
                {t("app.console.broadcast.stop")}
              </TextButton>
            ) : (
              <TextButton onClick={() => void begin()}>
                {t(`app.console.broadcast.${state === "draft" ? "begin" : "go_on"}`)}
              </TextButton>
            )}
          </span>
        )}
      </span>
    </div>
  );
}

function report(one: Broadcast): string {
  const who = [one.planId, one.language].filter(Boolean).join(", ");
  const state = one.state === "draft" ? "" : t(`app.console.broadcast.${one.state}`);
  const figures = {
    state,
    sent: formatNumber(one.sent),
    people: formatNumber(one.people),
    closed: formatNumber(one.closed),
    failed: formatNumber(one.failed),
    unsure: formatNumber(one.unsure),
  };
  const told =
    one.state === "draft"
      ? plural("app.console.broadcast.draft", one.people)
      : t("app.console.broadcast.report", figures);
  return who ? `${told} · ${who}` : told;
}
