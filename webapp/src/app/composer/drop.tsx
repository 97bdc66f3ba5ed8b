// Files that are dragged onto the app: they become the next question's.
import { useEffect, useState } from "preact/hooks";
import { addFiles } from "../../actions/attachments.ts";
import { t } from "../../i18n/index.ts";
import { isTemporary } from "../../state/chat-mode.ts";
import { topScreen } from "../../state/navigation.ts";
import { Icon } from "../ui/icons.tsx";
import { focusComposer } from "./composer-text.ts";

/** Without another move the pointer has left, or the drag was given up. */
const STILL = 300;

const isTaken = ({ dataTransfer }: DragEvent): boolean =>
  Boolean(dataTransfer?.types.includes("Files")) && !topScreen.value && !isTemporary.value;

/** Over the page while a file is dragged across it. */
export function Drop() {
  const [over, tell] = useState(false);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const drag = (event: DragEvent): void => {
      // Elsewhere the browser would open the file in the app's place.
      if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
      if (!isTaken(event)) return;
      tell(true);
      clearTimeout(timer);
      timer = setTimeout(() => tell(false), STILL);
    };
    const drop = (event: DragEvent): void => {
      drag(event);
      tell(false);
      const files = event.dataTransfer?.files;
      if (!files?.length || !isTaken(event)) return;
      addFiles(files);
      focusComposer();
    };
    document.addEventListener("dragover", drag);
    document.addEventListener("drop", drop);
    return () => {
      document.removeEventListener("dragover", drag);
      document.removeEventListener("drop", drop);
    };
  }, []);
  if (!over) return null;
  return (
    <div class="drop">
      <Icon name="file" />
      {t("app.attach.drop")}
    </div>
  );
}
