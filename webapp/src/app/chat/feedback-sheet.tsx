// Feedback on an answer: thumbs up or down, or a report to the operator with a reason.
import { useState } from "preact/hooks";
import { services } from "../../actions/services.ts";
import { showToast } from "../../actions/toast.ts";
import { type Reason, type Thumb, uuid7 } from "../../api/index.ts";
import { safetyApi } from "../../api/safety.ts";
import { haptic } from "../../bridge/index.ts";
import { t } from "../../i18n/index.ts";
import { attempt } from "../../state/failure.ts";
import { closeScreen, openedScreen } from "../../state/navigation.ts";
import { Icon } from "../ui/icons.tsx";
import { MainButton } from "../ui/main-button.tsx";
import { Sheet } from "../ui/sheet.tsx";
import { Switch } from "../ui/switch.tsx";
import { useLoading } from "../ui/use-loading.tsx";

const LONGEST = 2_000;
const THUMBS: readonly Thumb[] = ["up", "down"];
const REASONS: readonly Reason[] = ["wrong", "harmful", "offensive", "private", "rights", "other"];

const api = () => safetyApi(services().api);

export function FeedbackSheet() {
  const id = openedScreen("feedback")?.messageId ?? "";
  const { found, put, instead } = useLoading(() => api().feedback(id));
  const [sent, send] = useState(false);
  const rate = async (thumb: Thumb): Promise<void> => {
    const given = await attempt(
      () => api().rate(id, found?.thumb === thumb ? null : thumb),
      showToast,
    );
    if (!given) return;
    haptic("selection");
    put(given);
  };
  return (
    <Sheet title={t("app.feedback.title")} onClose={() => closeScreen("feedback")}>
      {found ? (
        <div class="thumbs" role="group" aria-label={t("app.feedback.title")}>
          {THUMBS.map((one) => (
            <button
              type="button"
              class="chip"
              key={one}
              aria-pressed={found.thumb === one}
              onClick={() => void rate(one)}
            >
              <Icon name="thumb" class={one} />
              {t(`app.feedback.${one}`)}
            </button>
          ))}
        </div>
      ) : (
        instead
      )}
      <p class="sheet-word">{t("app.feedback.word")}</p>
      {sent ? (
        <p class="sheet-word" role="status">
          {t("app.report.sent")}
        </p>
      ) : (
        <Report messageId={id} onSent={() => send(true)} />
      )}
    </Sheet>
  );
}

function Report({ messageId, onSent }: { messageId: string; onSent: () => void }) {
  const [id] = useState(uuid7);
  const [reason, choose] = useState<Reason | null>(null);
  const [words, write] = useState("");
  const [withAnswer, include] = useState(false);
  const send = async (): Promise<void> => {
    if (!reason) return;
    const report = { id, reason, words: words.trim(), withAnswer };
    const done = await attempt(async () => {
      await api().report(messageId, report);
      return true;
    }, showToast);
    if (!done) return;
    haptic("success");
    onSent();
  };
  return (
    <>
      <h3 class="group-title">{t("app.report.title")}</h3>
      <div class="card">
        <div role="radiogroup" aria-label={t("app.report.title")}>
          {REASONS.map((one) => (
            <label class="field" key={one}>
              <span class="field-words">
                <span class="field-name">{t(`app.report.${one}`)}</span>
              </span>
              <input
                type="radio"
                name="reason"
                class="pick"
                checked={one === reason}
                onChange={() => choose(one)}
              />
            </label>
          ))}
        </div>
        {reason && (
          <textarea
            class="area"
            dir="auto"
            maxLength={LONGEST}
            aria-label={t("app.report.label")}
            placeholder={t("app.report.example")}
            value={words}
            onInput={(event) => write(event.currentTarget.value)}
          />
        )}
        {reason && (
          <Switch
            name={t("app.report.with")}
            word={t("app.report.with.word")}
            on={withAnswer}
            onChange={include}
          />
        )}
      </div>
      <MainButton disabled={!reason} onClick={() => void send()}>
        {t("app.report.send")}
      </MainButton>
    </>
  );
}
