// The task chosen for the composer's text, with a button to remove it.
import { t } from "../../i18n/index.ts";
import { pickedTask, takesLanguage } from "../../state/question-options.ts";
import { IconButton } from "../ui/controls.tsx";
import { focusComposer } from "./composer-text.ts";
import { LanguagePicker } from "./language-picker.tsx";

export function PickedTask() {
  const picked = pickedTask.value;
  if (!picked) return null;
  const drop = (): void => {
    pickedTask.value = null;
    focusComposer();
  };
  return (
    <div class="picked-task">
      <span>{t(`app.task.${picked}`)}</span>
      {takesLanguage(picked) && <LanguagePicker />}
      <IconButton icon="close" label={t("app.task.drop")} onClick={drop} />
    </div>
  );
}
