// Yes-or-no questions that the client asks the person.
import { t } from "../boot.ts";
import { openDialog } from "../dialogs.ts";

/** Asks `<key>.title` and `<key>.text`; true if the person agrees. */
export async function agree(key: string, values: Record<string, string> = {}): Promise<boolean> {
  const buttons = [
    { id: "no", text: t("dialog.deny"), look: "plain" as const },
    { id: "yes", text: t("dialog.allow") },
  ];
  const props = { title: t(`${key}.title`, values), text: t(`${key}.text`, values), buttons };
  return (await openDialog("choice", props).answer) === "yes";
}
