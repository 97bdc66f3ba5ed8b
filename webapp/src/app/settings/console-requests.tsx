// Messages to support, answered in the chat of whoever wrote.
import { useState } from "preact/hooks";
import { services } from "../../actions/services.ts";
import { showToast } from "../../actions/toast.ts";
import { consoleApi } from "../../api/console.ts";
import type { RequestShown } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { attempt } from "../../state/failure.ts";
import { TextButton } from "../ui/controls.tsx";
import { moment } from "../ui/moment.ts";
import { Section } from "../ui/row.tsx";
import { useLoading } from "../ui/use-loading.tsx";

const api = () => consoleApi(services().api);

export function Requests() {
  const { found, load, instead } = useLoading(() => api().requests());
  if (!found) return instead;
  if (!found.items.length) return <p class="nothing">{t("app.console.requests.none")}</p>;
  return (
    <>
      {found.items.map((one) => (
        <Section key={one.id}>
          <Request request={one} onAnswer={load} />
        </Section>
      ))}
    </>
  );
}

function Request({ request, onAnswer }: { request: RequestShown; onAnswer: () => Promise<void> }) {
  const [typed, write] = useState("");
  const send = async (): Promise<void> => {
    const sent = await attempt(async () => {
      await api().answer(request.id, typed);
      return true;
    }, showToast);
    if (sent) await onAnswer();
  };
  return (
    <div class="field">
      <span class="field-words">
        <span class="field-word">
          <bdi>{request.userId}</bdi> · {moment(request.sentAt, new Date())}
        </span>
        <span class="field-name said" dir="auto">
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
