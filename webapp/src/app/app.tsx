// The whole screen. Its first rendering equals the shell that the server sent, so it hydrates the
// shell without replacing anything.

import { toast } from "../actions/toast.ts";
import { texts } from "../i18n/language.ts";
import { currentPage, listIsOpen } from "../state/navigation.ts";
import { announcement, delay, online, sessionFailure } from "../state/store.ts";
import { Chat } from "./chat/chat.tsx";
import { Dock } from "./composer/dock.tsx";
import { Drawer } from "./sidebar/drawer.tsx";
import { Bar } from "./title-bar.tsx";
import { Skeleton } from "./ui/controls.tsx";
import { deferredViews } from "./ui/deferred-views.ts";

export function App() {
  const failure = sessionFailure.value;
  if (failure && deferredViews.value) return <deferredViews.value.Refused failure={failure} />;
  // New texts render everything again except the composer, which may contain a draft.
  const key = texts.value;
  return (
    <>
      <div class="frame">
        <Drawer key={key} />
        {/* What the open list covers by half can neither be pressed nor read out. */}
        <div class="page" inert={listIsOpen.value}>
          <Bar key={`bar ${key}`} />
          {(!online.value || delay.value) && deferredViews.value && <deferredViews.value.Offline />}
          {toast.value && !listIsOpen.value && deferredViews.value && <deferredViews.value.Toast />}
          <Chat key={`chat ${key}`} hidden={currentPage.value !== null} />
          <Page key={`page ${key}`} />
          <Dock hidden={currentPage.value !== null} />
        </div>
      </div>
      {deferredViews.value && <deferredViews.value.Sheets />}
      <p class="sr-only" role="status" aria-live="polite">
        {announcement.value}
      </p>
    </>
  );
}

function Page() {
  const screen = currentPage.value?.name;
  if (!screen) return null;
  const views = deferredViews.value;
  return (
    <main class="view screen-page" data-screen={screen} key={screen}>
      {views ? <views.PageView name={screen} /> : <Skeleton lines={6} />}
    </main>
  );
}
