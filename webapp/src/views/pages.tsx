// Which view stands for which screen: pages take the chat's place, sheets lie over it.
import { opened, type ScreenName } from "../state/nav.ts";
import { AttachSheet } from "./attach.tsx";
import { ConsentSheet } from "./consent-sheet.tsx";
import { Consents } from "./consents.tsx";
import { ModelsSheet } from "./models-sheet.tsx";
import { Plans } from "./plans.tsx";
import { Settings } from "./settings.tsx";
import { Subscription } from "./subscription.tsx";
import { TasksSheet } from "./tasks-sheet.tsx";
import { Usage } from "./usage.tsx";

const PAGES = {
  settings: Settings, plans: Plans, subscription: Subscription, usage: Usage, consents: Consents,
};

export function PageView({ name }: { name: ScreenName }) {
  const View = PAGES[name as keyof typeof PAGES];
  return <View />;
}

export function Sheets() {
  return (
    <>
      {opened("models") && <ModelsSheet />}
      {opened("tasks") && <TasksSheet />}
      {opened("consent") && <ConsentSheet />}
      {opened("attach") && <AttachSheet />}
    </>
  );
}
