// The whole screen. Its first rendering equals the shell that the server sent, which it takes
// over without replacing anything.
import { Fragment } from "preact";
import { t } from "../i18n.ts";
import { passing, dismiss } from "../state/actions/notice.ts";
import { page } from "../state/nav.ts";
import { announcement, online, session, state } from "../state/store.ts";
import { Bar } from "./bar.tsx";
import { Chat } from "./chat.tsx";
import { Dock } from "./dock.tsx";
import { Drawer } from "./drawer.tsx";
import { texts } from "./language.ts";
import { Icon } from "./icons.tsx";
import { ModelsSheet } from "./models-sheet.tsx";
import { Outside, Refused } from "./outside.tsx";
import { IconButton } from "./parts.tsx";
import { Plans } from "./plans.tsx";
import { Settings } from "./settings.tsx";
import { Subscription } from "./subscription.tsx";

export function App() {
  if (session.value === "outside") return <Outside />;
  const refused = state.value.sessionFailure;
  if (session.value === "failed" && refused && isFinal(refused.code)) return <Refused failure={refused} />;
  return (
    <Fragment key={texts.value}>
      <div class="frame">
        <Drawer />
        <div class="page">
          <Bar />
          {!online.value && <Offline />}
          {passing.value && <Passing />}
          <Chat hidden={page.value !== null} />
          <Page />
          <Dock hidden={page.value !== null} />
        </div>
      </div>
      <ModelsSheet />
      <p class="sr-only" role="status" aria-live="polite">{announcement.value}</p>
    </Fragment>
  );
}

/** The network may come back by itself; a refused launch does not get better. */
const isFinal = (code: string): boolean => !["offline", "network", "timeout", "garbled"].includes(code);

function Page() {
  const screen = page.value?.name;
  if (!screen) return null;
  return (
    <main class="view" key={screen}>
      {screen === "settings" && <Settings />}
      {screen === "plans" && <Plans />}
      {screen === "subscription" && <Subscription />}
    </main>
  );
}

function Offline() {
  return (
    <p class="banner" role="status">
      <Icon name="offline" />
      {t("app.offline")}
    </p>
  );
}

function Passing() {
  const { title, detail } = passing.value!;
  return (
    <div class="banner">
      <span>{title}. {detail}</span>
      <IconButton icon="close" label={t("app.close")} onClick={dismiss} />
    </div>
  );
}
