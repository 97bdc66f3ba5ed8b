// Appealing against a refusal: the message to the operator, and the outcome.
import { useState } from "preact/hooks";
import { services } from "../../actions/services.ts";
import { showToast } from "../../actions/toast.ts";
import type { Refusal } from "../../api/index.ts";
import { safetyApi } from "../../api/safety.ts";
import { haptic } from "../../bridge/index.ts";
import { t } from "../../i18n/index.ts";
import { attempt } from "../../state/failure.ts";
import { closeScreen, openedScreen } from "../../state/navigation.ts";
import { MainButton } from "../ui/main-button.tsx";
import { Sheet } from "../ui/sheet.tsx";
import { useLoading } from "../ui/use-loading.tsx";

const LONGEST = 2_000;
const LONGEST_ASKED = 8_000;

const api = () => safetyApi(services().api);

export function AppealSheet() {
  const screen = openedScreen("appeal");
  const id = screen?.refusalId ?? "";
  const { found, instead } = useLoading(() => api().refusal(id));
  const [made, put] = useState<Refusal | null>(null);
  const refusal = made ?? found;
  return (
    <Sheet title={t("app.appeal.title")} onClose={() => closeScreen("appeal")}>
      {refusal ? null : instead}
      {refusal?.appeal === "none" && <Write id={id} asked={screen?.asked ?? ""} onMade={put} />}
      {refusal && refusal.appeal !== "none" && (
        <p class="sheet-word" role="status">
          {t(`app.appeal.${refusal.appeal}`)}
        </p>
      )}
    </Sheet>
  );
}

interface WriteProps {
  id: string;
  asked: string;
  onMade: (refusal: Refusal) => void;
}

function Write({ id, asked, onMade }: WriteProps) {
  const [words, write] = useState("");
  const [sending, wait] = useState(false);
  const send = async (): Promise<void> => {
    wait(true);
    const refusal = await attempt(
      () => api().appeal(id, words.trim(), asked.slice(0, LONGEST_ASKED)),
      showToast,
    );
    wait(false);
    if (!refusal) return;
    haptic("success");
    onMade(refusal);
  };
  return (
    <>
      <p class="sheet-word">{t("app.appeal.word")}</p>
      <div class="card">
        <textarea
          class="area"
          dir="auto"
          maxLength={LONGEST}
          aria-label={t("app.appeal.label")}
          placeholder={t("app.appeal.example")}
          value={words}
          onInput={(event) => write(event.currentTarget.value)}
        />
      </div>
      <MainButton disabled={sending} onClick={() => void send()}>
        {t("app.appeal.send")}
      </MainButton>
    </>
  );
}
