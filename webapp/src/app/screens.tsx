// The view of each screen: pages replace the chat, sheets cover it.
import { openedScreen, type ScreenName } from "../state/navigation.ts";
import { AppealSheet } from "./chat/appeal-sheet.tsx";
import { CheckSheet } from "./chat/check-sheet.tsx";
import { Compare } from "./chat/compare.tsx";
import { FeedbackSheet } from "./chat/feedback-sheet.tsx";
import { ReceiptsSheet } from "./chat/receipts-sheet.tsx";
import { ShareSheet } from "./chat/share-sheet.tsx";
import { TasksSheet } from "./chat/tasks-sheet.tsx";
import { Viewer } from "./chat/viewer.tsx";
import { AttachSheet } from "./composer/attach-sheet.tsx";
import { Drop } from "./composer/drop.tsx";
import { ModelsSheet } from "./composer/models-sheet.tsx";
import { Gift } from "./premium/gift.tsx";
import { Payments } from "./premium/payments.tsx";
import { Plans } from "./premium/plans.tsx";
import { Subscription } from "./premium/subscription.tsx";
import { Accesses } from "./settings/accesses.tsx";
import { Business } from "./settings/business.tsx";
import { ConsentSheet } from "./settings/consent-sheet.tsx";
import { Consents } from "./settings/consents.tsx";
import { CONSOLE_PARTS, Console } from "./settings/console.tsx";
import { Instructions } from "./settings/instructions.tsx";
import { Languages } from "./settings/languages.tsx";
import { Notices } from "./settings/notices.tsx";
import { Personas } from "./settings/personas.tsx";
import { Schedules } from "./settings/schedules.tsx";
import { Settings } from "./settings/settings.tsx";
import { Usage } from "./settings/usage.tsx";
import { YourData } from "./settings/your-data.tsx";

const PAGES = {
  settings: Settings,
  plans: Plans,
  subscription: Subscription,
  payments: Payments,
  gift: Gift,
  personas: Personas,
  language: Languages,
  instructions: Instructions,
  notices: Notices,
  schedules: Schedules,
  business: Business,
  usage: Usage,
  consents: Consents,
  data: YourData,
  accesses: Accesses,
  console: Console,
  ...CONSOLE_PARTS,
  compare: Compare,
};

export function PageView({ name }: { name: ScreenName }) {
  const View = PAGES[name as keyof typeof PAGES];
  return <View />;
}

export function Sheets() {
  return (
    <>
      {openedScreen("models") && <ModelsSheet />}
      {openedScreen("tasks") && <TasksSheet />}
      {openedScreen("consent") && <ConsentSheet />}
      {openedScreen("check") && <CheckSheet />}
      {openedScreen("receipts") && <ReceiptsSheet />}
      {openedScreen("feedback") && <FeedbackSheet />}
      {openedScreen("appeal") && <AppealSheet />}
      {openedScreen("share") && <ShareSheet />}
      {openedScreen("attach") && <AttachSheet />}
      {openedScreen("viewer") && <Viewer />}
      <Drop />
    </>
  );
}
