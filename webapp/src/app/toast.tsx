// What passes by itself, with a way to take it back. It lies over the top of the page and takes no
// place in it: nothing that is read or pressed moves.
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
