// What passes by itself at the top of the page, with a way to take it back.
import { dismissToast, toast } from "../actions/toast.ts";
import { t } from "../i18n/index.ts";
import { IconButton, TextButton } from "./ui/controls.tsx";

export function Toast() {
  const { words, undo } = toast.value!;
  const takeBack = (): void => {
    dismissToast();
    void undo?.();
  };
  return (
    <div class="banner">
      <span>{words}</span>
      {undo && <TextButton onClick={takeBack}>{t("app.undo")}</TextButton>}
      <IconButton icon="close" label={t("app.close")} onClick={dismissToast} />
    </div>
  );
}
