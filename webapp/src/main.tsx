// The Mini App's start: take over the server's shell, open the session, show what was asked for.
import { hydrate, render } from "preact";
import { createApi, uuid7 } from "./api/index.ts";
import { ready, start } from "./bridge/index.ts";
import { loadBoot } from "./i18n.ts";
import { openSession } from "./state/actions/account.ts";
import { loadList, openConversation } from "./state/actions/conversations.ts";
import { whenAsking } from "./state/actions/later.ts";
import { Drafts } from "./state/drafts.ts";
import { startingConversation } from "./state/deep-link.ts";
import { open } from "./state/nav.ts";
import { browserStore } from "./state/storage.ts";
import { dispatch, state } from "./state/store.ts";
import { useTools } from "./state/tools.ts";
import "./styles/app.css";
import { App } from "./views/app.tsx";
import { loadRest, loadStyles } from "./views/lazy.ts";
import { speak } from "./views/language.ts";
import { Outside } from "./views/outside.tsx";
import { joinBrowser, joinTelegram } from "./views/telegram.ts";

loadBoot();
const launch = start();
const owner = launch.userId ?? "nobody";
const api = createApi({
  initData: launch.initData,
  onSession: ({ user }) => void speak(user.languageCode),
});
useTools({ api, store: browserStore, drafts: new Drafts(browserStore, owner), owner, newId: uuid7, now: () => new Date() });

const asked = startingConversation(location.search, launch.startParam);
if (asked) dispatch({ type: "conversation.opened", id: asked });
const root = document.getElementById("app")!;
if (launch.place === "telegram") {
  dropIndents(root);
  hydrate(<App />, root);
  const early = pressedEarly();
  joinBrowser();
  joinTelegram();
  if (launch.showSettings) open({ name: "settings" });
  // A task of its own: what is typed meanwhile comes in between.
  setTimeout(() => {
    early?.click();
    void begin();
  });
} else {
  root.replaceChildren();
  void loadStyles().catch(() => undefined).then(() => render(<Outside />, root));
}
ready();

/** Indentation between elements would have them moved, and a moved field loses its focus. */
function dropIndents(inside: Node): void {
  const walker = document.createTreeWalker(inside, NodeFilter.SHOW_TEXT);
  const indents: Node[] = [];
  while (walker.nextNode()) {
    if (!walker.currentNode.textContent?.trim()) indents.push(walker.currentNode);
  }
  for (const indent of indents) indent.parentNode?.removeChild(indent);
}

async function begin(): Promise<void> {
  void loadRest();
  await openSession();
  if (state.value.session === "failed") return;
  if (asked) openConversation(asked);
  void loadList();
  whenAsking(({ sendLeftovers }) => sendLeftovers());
}

/** The button that was pressed before this script was here: the shell has kept it in mind. */
function pressedEarly(): HTMLElement | null | undefined {
  const shell: HTMLElement & { early?: HTMLElement | null } = document.documentElement;
  shell.onclick = null;
  return shell.early;
}
