// Scheduled questions: create, list, pause and delete them.
import { useState } from "preact/hooks";
import { newSchedule, settings } from "../../actions/settings.ts";
import { showToast } from "../../actions/toast.ts";
import { letBotWrite } from "../../actions/write-access.ts";
import type { Schedule } from "../../api/index.ts";
import { haptic } from "../../bridge/index.ts";
import { formatNumber, t } from "../../i18n/index.ts";
import { attempt } from "../../state/failure.ts";
import { IconButton, TextButton } from "../ui/controls.tsx";
import { dayChoices, daysName, timeName } from "../ui/days.ts";
import { moment } from "../ui/moment.ts";
import { Nothing } from "../ui/nothing.tsx";
import { Section } from "../ui/row.tsx";
import { Switch } from "../ui/switch.tsx";
import { useLoading } from "../ui/use-loading.tsx";

const LONGEST = 2_000;

export function Schedules() {
  const { found, instead, load } = useLoading(settings().schedules);
  if (!found) return instead;
  const { items, limit } = found;
  return (
    <div class="screen">
      {items.map((one) => (
        <Scheduled key={one.id} one={one} onChange={() => void load()} />
      ))}
      {!items.length && <Nothing icon="clock" words={t("app.schedules.none")} />}
      <NewSchedule onDone={() => void load()} />
      <p class="section-word">
        {t("app.schedules.left", {
          count: formatNumber(items.length),
          limit: formatNumber(limit),
        })}
      </p>
    </div>
  );
}

function Scheduled({ one, onChange }: { one: Schedule; onChange: () => void }) {
  const { id, question, when, paused } = one;
  const pause = async (on: boolean): Promise<void> => {
    await attempt(() => settings().changeSchedule(id, { paused: !on }), showToast);
    onChange();
  };
  const remove = async (): Promise<void> => {
    haptic("warning");
    await attempt(() => settings().deleteSchedule(id), showToast);
    onChange();
  };
  const time = t("app.schedules.line", {
    days: daysName(when.weekdays),
    time: timeName(when.minute),
  });
  return (
    <Section word={nextWords(one)}>
      <div class="field">
        <span class="field-words">
          <span class="field-name" dir="auto">
            {question}
          </span>
        </span>
        <IconButton
          icon="trash"
          label={t("app.schedules.delete", { name: question })}
          onClick={() => void remove()}
        />
      </div>
      <Switch name={time} on={!paused} onChange={(on) => void pause(on)} />
    </Section>
  );
}

function nextWords({ nextAt, errorCode }: Schedule): string {
  const next = nextAt
    ? t("app.schedules.next", { at: moment(nextAt, new Date()) })
    : t("app.schedules.paused");
  return errorCode ? `${t("app.schedules.failed")}. ${next}` : next;
}

function NewSchedule({ onDone }: { onDone: () => void }) {
  const [question, write] = useState("");
  const [time, set] = useState("08:00");
  const [days, pick] = useState("1234567");
  const add = async (): Promise<void> => {
    if (!(await letBotWrite())) return;
    const [hour = 0, minute = 0] = time.split(":").map(Number);
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    const when = { minute: hour * 60 + minute, weekdays: [...days].map(Number), timeZone };
    const made = await attempt(() => newSchedule(question.trim(), when), showToast);
    if (!made) return;
    haptic("success");
    write("");
    onDone();
  };
  return (
    <Section word={t("app.schedules.word")}>
      <textarea
        class="area short"
        dir="auto"
        maxLength={LONGEST}
        aria-label={t("app.schedules.question")}
        placeholder={t("app.schedules.hint")}
        value={question}
        onInput={(event) => write(event.currentTarget.value)}
      />
      <label class="field">
        <span class="field-words field-name">{t("app.schedules.time")}</span>
        <input
          type="time"
          class="field-input"
          required
          value={time}
          onInput={(event) => set(event.currentTarget.value)}
        />
      </label>
      <label class="field">
        <span class="field-words field-name">{t("app.schedules.days")}</span>
        <select
          class="field-input"
          value={days}
          onChange={(event) => pick(event.currentTarget.value)}
        >
          {dayChoices().map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <div class="area-foot">
        <span />
        <TextButton disabled={!question.trim() || !time} onClick={() => void add()}>
          {t("app.schedules.add")}
        </TextButton>
      </div>
    </Section>
  );
}
