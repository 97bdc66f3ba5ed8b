// The view of each screen: pages replace the chat, sheets cover it.
import { type ComponentType, Fragment } from "preact";
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
import { ConsentSheet } from "./settings/consent-sheet.tsx";
import { Consents } from "./settings/consents.tsx";
import { Instructions } from "./settings/instructions.tsx";
import { Languages } from "./settings/languages.tsx";
import { Notices } from "./settings/notices.tsx";
import { Personas } from "./settings/personas.tsx";
import { Schedules } from "./settings/schedules.tsx";
import { Settings } from "./settings/settings.tsx";
import { Usage } from "./settings/usage.tsx";
import { YourData } from "./settings/your-data.tsx";
import { useLoading } from "./ui/use-loading.tsx";

type Pages = Readonly<Partial<Record<ScreenName, ComponentType>>>;

const PAGES: Pages = {
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
  usage: Usage,
  consents: Consents,
  data: YourData,
  accesses: Accesses,
  compare: Compare,
};

/** Pages that few people have: each group's code is fetched once one of them is opened. */
const SELDOM: Readonly<Record<string, () => Promise<{ PAGES: Pages }>>> = {
  business: () => import("./settings/business.tsx"),
  console: () => import("./settings/console.tsx"),
};

export function PageView({ name }: { name: ScreenName }) {
  const View = PAGES[name];
  return View ? <View /> : <SeldomPage key={name} name={name} />;
}

function SeldomPage({ name }: { name: ScreenName }) {
  const { found, instead } = useLoading(async () => {
    const loaded = await SELDOM[name.split(".")[0] ?? ""]?.();
    return { View: loaded?.PAGES[name] ?? Fragment };
  });
  // In an object, as the setter of a state would call a component.
  return found ? <found.View /> : instead;
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
