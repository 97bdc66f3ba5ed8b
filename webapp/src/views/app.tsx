// The whole screen. Its first rendering equals the shell that the server sent, which it takes
// over without replacing anything.
import { t } from "../i18n.ts";
import { passing, dismiss } from "../state/actions/notice.ts";
import { page } from "../state/nav.ts";
import { announcement, online, state } from "../state/store.ts";
import { Bar } from "./bar.tsx";
import { Chat } from "./chat.tsx";
import { Dock } from "./dock.tsx";
import { Drawer } from "./drawer.tsx";
import { texts } from "./language.ts";
import { Icon } from "./icons.tsx";
import { rest } from "./lazy.ts";
import { Refused } from "./outside.tsx";
import { IconButton, Skeleton } from "./parts.tsx";

export function App() {
  const refused = state.value.sessionFailure;
  if (refused) return <Refused failure={refused} />;
  // New texts make everything anew but the composer, in which somebody may be writing.
  const key = texts.value;
  return (
    <>
      <div class="frame">
        <Drawer key={key} />
        <div class="page">
          <Bar key={`bar ${key}`} />
          {!online.value && <Offline />}
          {passing.value && <Passing />}
          <Chat key={`chat ${key}`} hidden={page.value !== null} />
          <Page key={`page ${key}`} />
          <Dock hidden={page.value !== null} />
        </div>
      </div>
      {rest.value && <rest.value.Sheets />}
      <p class="sr-only" role="status" aria-live="polite">{announcement.value}</p>
    </>
  );
}

function Page() {
  const screen = page.value?.name;
  if (!screen) return null;
  const views = rest.value;
  return (
    <main class="view" key={screen}>
      {views ? <views.PageView name={screen} /> : <Skeleton lines={6} />}
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
