// The operator's console: figures, messages to support, a person by id, and maintenance.
import { useState } from "preact/hooks";
import { services } from "../../actions/services.ts";
import { showToast } from "../../actions/toast.ts";
import { consoleApi } from "../../api/console.ts";
import type { Figures, RequestShown } from "../../api/index.ts";
import { confirm } from "../../bridge/dialogs.ts";
import { formatNumber, t } from "../../i18n/index.ts";
import { attempt } from "../../state/failure.ts";
import { TextButton } from "../ui/controls.tsx";
import { utcDay } from "../ui/dates.ts";
import { moment } from "../ui/moment.ts";
import { money } from "../ui/money.ts";
import { Section } from "../ui/row.tsx";
import { Switch } from "../ui/switch.tsx";
import { useLoading } from "../ui/use-loading.tsx";
import { Broadcasts } from "./console-broadcasts.tsx";
import { ModerationQueueSection } from "./console-moderation.tsx";
import { ConsolePerson } from "./console-person.tsx";
import { Statements } from "./console-statements.tsx";
import { Switches } from "./console-switches.tsx";
import { ServerState } from "./console-system.tsx";

const DAYS = 7;
const MAINTENANCE = "maintenance";

const api = () => consoleApi(services().api);

export function Console() {
  const { found, put, instead } = useLoading(() => api().console());
  if (!found) return instead;
  const { role, switched } = found;
  const turn = async (on: boolean): Promise<void> => {
    const sure =
      !on ||
      (await confirm({
        title: t("app.console.maintenance"),
        message: t("app.console.maintenance.word"),
        yes: t("app.console.maintenance"),
      }).catch(() => false));
    if (sure) put((await attempt(() => api().turn(MAINTENANCE, on), showToast)) ?? found);
    else put({ ...found });
  };
  return (
    <div class="screen">
      <ConsolePerson role={role} />
      {(role === "owner" || role === "support") && <Requests />}
      {(role === "owner" || role === "support") && <ModerationQueueSection />}
      {role === "owner" && <Broadcasts />}
      {(role === "owner" || role === "finance") && <Statements />}
      {role !== "support" && <Sums />}
      {role === "owner" && (
        <Section word={t("app.console.maintenance.word")}>
          <Switch
            name={t("app.console.maintenance")}
            on={switched.includes(MAINTENANCE)}
            onChange={(on) => void turn(on)}
          />
        </Section>
      )}
      <Switches changes={role === "owner"} />
      {role !== "support" && <ServerState />}
    </div>
  );
}

function Requests() {
  const { found, load, instead } = useLoading(() => api().requests());
  if (!found) return instead;
  return (
    <Section title={t("app.console.requests")}>
      {found.items.length === 0 && <p class="nothing">{t("app.console.requests.none")}</p>}
      {found.items.map((one) => (
        <Request key={one.id} request={one} onAnswer={load} />
      ))}
    </Section>
  );
}

function Request({ request, onAnswer }: { request: RequestShown; onAnswer: () => Promise<void> }) {
  const [typed, write] = useState("");
  const send = async (): Promise<void> => {
    const failed = await attempt(async () => {
      await api().answer(request.id, typed);
      return true;
    }, showToast);
    if (failed) await onAnswer();
  };
  return (
    <div class="field">
      <span class="field-words">
        <span class="field-word">
          <bdi>{request.userId}</bdi> · {moment(request.sentAt, new Date())}
        </span>
        <span class="field-name" dir="auto">
          {request.text}
        </span>
        <textarea
          class="area"
          dir="auto"
          maxLength={3500}
          aria-label={t("app.console.answer")}
          placeholder={t("app.console.answer")}
          value={typed}
          onInput={(event) => write(event.currentTarget.value)}
        />
        <TextButton disabled={!typed.trim()} onClick={() => void send()}>
          {t("app.console.answer.send")}
        </TextButton>
      </span>
    </div>
  );
}

/** The last days, with bars that repeat the numbers next to them. */
function Sums() {
  const { found, instead } = useLoading(() => api().figures(DAYS));
  if (!found) return instead;
  const most = Math.max(...found.days.map((day) => day.answers), 1);
  return (
    <>
      <Section title={t("app.console.days")} word={t("app.console.days.word")}>
        <ul class="sums">
          {[...found.days].reverse().map((day) => (
            <li key={day.day}>
              <span class="field-name">{utcDay(day.day)}</span>
              <span class="field-value">{money(day.costMicroDollars)}</span>
              <span class="field-word">{counts(day)}</span>
              <progress class="meter" aria-hidden="true" max={most} value={day.answers} />
            </li>
          ))}
        </ul>
      </Section>
      <Section title={t("app.usage.models")}>
        <ul class="sums">
          {found.models.map((model) => (
            <li key={model.modelId}>
              <span class="field-name">
                <bdi>{model.modelId}</bdi>
              </span>
              <span class="field-value">{money(model.costMicroDollars)}</span>
              <span class="field-word">
                {t("app.console.answers", { n: formatNumber(model.answers) })}
              </span>
            </li>
          ))}
        </ul>
      </Section>
    </>
  );
}

const counts = (day: Figures["days"][number]): string =>
  t("app.console.day", {
    people: formatNumber(day.people),
    fresh: formatNumber(day.newPeople),
    answers: formatNumber(day.answers),
    failed: formatNumber(day.failed),
    stars: formatNumber(day.stars),
  });
