// The Mini App's start: hydrates the server's shell, opens the session, shows the requested screen.
import { effect } from "@preact/signals";
import { hydrate, render } from "preact";
import { openSession } from "./actions/account.ts";
import { loadList, loadThread } from "./actions/conversations.ts";
import { whenDeferred } from "./actions/deferred-actions.ts";
import { setServices } from "./actions/services.ts";
import { createApi, uuid7 } from "./api/index.ts";
import { ready, start } from "./bridge/index.ts";
import { loadBoot } from "./i18n/index.ts";
import { deepLink } from "./state/deep-link.ts";
import { Drafts } from "./state/drafts.ts";
import { openScreen } from "./state/navigation.ts";
import { readPlace, writePlace } from "./state/place.ts";
import { browserStore, tabStore } from "./state/storage.ts";
import { currentId, dispatch, pickedModelId, state } from "./state/store.ts";
import "./styles/app.css";
import { App } from "./app/app.tsx";
import { followLink } from "./app/follow-link.ts";
import { loadDeferred, loadStyles } from "./app/load-deferred.ts";
import { Outside } from "./app/no-session.tsx";
import { connectBrowser, connectTelegram } from "./app/telegram.ts";
import { speak } from "./i18n/language.ts";

loadBoot();
const launch = start();
const owner = launch.userId ?? "nobody";
const api = createApi({
  initData: launch.initData,
  onSession: ({ user }) => void speak(user.languageCode),
});
setServices({
  api,
  store: browserStore,
  drafts: new Drafts(browserStore, owner),
  owner,
  botMayWrite: launch.botMayWrite,
  telegramLanguage: launch.telegramLanguage,
  newId: uuid7,
  now: () => new Date(),
});

// Signed anew at each launch.
const launchId = new URLSearchParams(launch.initData).get("hash") ?? "";
const left = readPlace(tabStore, launchId);
const link = left ? null : deepLink(location.search, launch.startParam);
const asked = left ?? (link?.to === "conversation" ? link.id : null);
if (asked) dispatch({ type: "conversation.opened", id: asked });
const root = document.getElementById("app")!;
if (launch.place === "telegram") {
  dropIndents(root);
  hydrate(<App />, root);
  const early = pressedEarly();
  connectBrowser();
  effect(() => writePlace(tabStore, launchId, currentId.value));
  const modelKey = `tanya.model.${owner}`;
  pickedModelId.value = browserStore.read(modelKey);
  effect(() => browserStore.write(modelKey, pickedModelId.value));
  connectTelegram();
  if (launch.showSettings) openScreen({ name: "settings" });
  if (link && !asked) followLink(link);
  // In its own task, so that typing in between is handled.
  setTimeout(() => {
    for (const button of early) button.click();
    void begin();
  });
} else {
  root.replaceChildren();
  void loadStyles()
    .catch(() => undefined)
    .then(() => render(<Outside />, root));
}
ready();

/** Removes white space between elements: it would make hydration move them, and a moved field
 *  loses its focus. */
function dropIndents(inside: Node): void {
  const walker = document.createTreeWalker(inside, NodeFilter.SHOW_TEXT);
  const indents: Node[] = [];
  while (walker.nextNode()) {
    if (!walker.currentNode.textContent?.trim()) indents.push(walker.currentNode);
  }
  for (const indent of indents) indent.parentNode?.removeChild(indent);
}

async function begin(): Promise<void> {
  void loadDeferred();
  await openSession();
  if (state.value.session === "failed") return;
  // Another conversation may have been opened while offline.
  if (currentId.value) void loadThread(currentId.value);
  void loadList();
  whenDeferred(({ sendOutbox, followPerson }) => {
    sendOutbox();
    followPerson();
  });
}

/** The buttons that were pressed before this script ran, recorded by the shell. */
function pressedEarly(): Iterable<HTMLElement> {
  const shell: HTMLElement & { early?: Set<HTMLElement> } = document.documentElement;
  shell.onclick = shell.onkeydown = null;
  return shell.early ?? [];
}
