// A message that disappears by itself, with an undo button. It covers the top of the page without
// taking up space, so nothing moves.
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
    <div class="toast" role="status" aria-live="off">
      <div class="toast-card">
        <span>{words}</span>
        {undo && <TextButton onClick={takeBack}>{t("app.undo")}</TextButton>}
        <IconButton icon="close" label={t("app.close")} onClick={dismissToast} />
      </div>
    </div>
  );
}
