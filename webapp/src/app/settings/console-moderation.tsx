// Appeals and reports, with what people chose to send. Each is decided once, and answered.
import { useState } from "preact/hooks";
import { services } from "../../actions/services.ts";
import { showToast } from "../../actions/toast.ts";
import { consoleApi } from "../../api/console.ts";
import type { WaitingAppeal, WaitingReport } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { attempt } from "../../state/failure.ts";
import { TextButton } from "../ui/controls.tsx";
import { moment } from "../ui/moment.ts";
import { Section } from "../ui/row.tsx";
import { useLoading } from "../ui/use-loading.tsx";

const api = () => consoleApi(services().api);

export function ModerationCases() {
  const { found, load, instead } = useLoading(() => api().moderation());
  if (!found) return instead;
  if (!found.appeals.length && !found.reports.length)
    return <p class="nothing">{t("app.console.moderation.none")}</p>;
  return (
    <>
      {found.appeals.map((one) => (
        <Appeal key={one.id} appeal={one} onDecided={load} />
      ))}
      {found.reports.map((one) => (
        <Report key={one.id} report={one} onClosed={load} />
      ))}
    </>
  );
}

function Appeal({ appeal, onDecided }: { appeal: WaitingAppeal; onDecided: () => Promise<void> }) {
  const decide = (overturned: boolean) => (answer: string) =>
    api().decide(appeal.id, overturned, answer);
  return (
    <Case
      head={`${appeal.userId} · ${moment(appeal.appealedAt, new Date())} · ${appeal.category}`}
      texts={[appeal.question, appeal.words]}
      acts={[
        [t("app.console.moderation.uphold"), decide(false)],
        [t("app.console.moderation.overturn"), decide(true)],
      ]}
      onDone={onDecided}
    />
  );
}

function Report({ report, onClosed }: { report: WaitingReport; onClosed: () => Promise<void> }) {
  const model = report.modelId ? ` · ${report.modelId}` : "";
  return (
    <Case
      head={`${report.userId} · ${moment(report.reportedAt, new Date())} · ${report.reason}${model}`}
      texts={[report.words, report.answer]}
      acts={[
        [t("app.console.moderation.close"), (answer: string) => api().close(report.id, answer)],
      ]}
      onDone={onClosed}
    />
  );
}

interface CaseProps {
  head: string;
  texts: readonly string[];
  acts: readonly (readonly [string, (answer: string) => Promise<unknown>])[];
  onDone: () => Promise<void>;
}

function Case({ head, texts, acts, onDone }: CaseProps) {
  const [answer, write] = useState("");
  const act = async (work: (answer: string) => Promise<unknown>): Promise<void> => {
    const done = await attempt(async () => {
      await work(answer);
      return true;
    }, showToast);
    if (done) await onDone();
  };
  return (
    <Section>
      <div class="field">
        <span class="field-words">
          <span class="field-word">
            <bdi>{head}</bdi>
          </span>
          {texts.filter(Boolean).map((text) => (
            <span key={text} class="field-name said" dir="auto">
              {text}
            </span>
          ))}
          <textarea
            class="area"
            dir="auto"
            maxLength={3000}
            aria-label={t("app.console.moderation.answer")}
            placeholder={t("app.console.moderation.answer")}
            value={answer}
            onInput={(event) => write(event.currentTarget.value)}
          />
          <span>
            {acts.map(([name, work]) => (
              <TextButton key={name} onClick={() => void act(work)}>
                {name}
              </TextButton>
            ))}
          </span>
        </span>
      </div>
    </Section>
  );
}
