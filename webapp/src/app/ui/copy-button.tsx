// A button that copies a text and says for a moment that it did.
import { useEffect, useState } from "preact/hooks";
import { showNotice, showToast } from "../../actions/toast.ts";
import { haptic } from "../../bridge/index.ts";
import { t } from "../../i18n/index.ts";
import { copyText } from "../../markdown/copy.ts";
import { announcement } from "../../state/store.ts";
import { IconButton } from "./controls.tsx";

const SHOWN = 1_600;

/** `inMenu`: the button closes with its menu, so a toast confirms instead. */
export function CopyButton({ text, inMenu = false }: { text: string; inMenu?: boolean }) {
  const [done, tell] = useState(false);
  useEffect(() => {
    if (!done) return undefined;
    const timer = setTimeout(() => tell(false), SHOWN);
    return () => clearTimeout(timer);
  }, [done]);
  const copy = async (): Promise<void> => {
    if (!(await copyText(text))) {
      return showToast({ title: t("app.copy.failed.title"), detail: t("app.copy.failed.detail") });
    }
    haptic("light");
    if (inMenu) return showNotice(t("app.copy.done"));
    announcement.value = t("app.copy.done");
    tell(true);
  };
  return (
    <IconButton
      icon={done ? "check" : "copy"}
      class={done ? "done" : ""}
      label={t(done ? "app.copy.done" : "app.copy")}
      onClick={() => void copy()}
    />
  );
}
