// Asks once whether the person is as old as the operator requires: yes or no.
import { retryRequest } from "../../actions/messages.ts";
import { services } from "../../actions/services.ts";
import { showToast } from "../../actions/toast.ts";
import { safetyApi } from "../../api/safety.ts";
import { t } from "../../i18n/index.ts";
import { attempt } from "../../state/failure.ts";
import type { ChatMessage } from "../../state/model.ts";
import { TextButton } from "../ui/controls.tsx";

export function AgeQuestion({ message }: { message: ChatMessage }) {
  const answer = async (oldEnough: boolean): Promise<void> => {
    const told = await attempt(async () => {
      await safetyApi(services().api).answerAge(oldEnough);
      return true;
    }, showToast);
    if (told) retryRequest(message);
  };
  return (
    <>
      <TextButton onClick={() => void answer(true)}>{t("app.age.yes")}</TextButton>
      <TextButton onClick={() => void answer(false)}>{t("app.age.no")}</TextButton>
    </>
  );
}
