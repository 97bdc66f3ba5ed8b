// The Mini App's start: take over the server's shell, open the session, show what was asked for.
import { hydrate } from "preact";
import { createApi, uuid7 } from "./api/index.ts";
import { ready, start } from "./bridge/index.ts";
import { loadBoot } from "./i18n.ts";
import { sendLeftovers } from "./state/actions/ask.ts";
import { openSession } from "./state/actions/account.ts";
import { loadList, openConversation } from "./state/actions/conversations.ts";
import { Drafts } from "./state/drafts.ts";
import { startingConversation } from "./state/deep-link.ts";
import { open } from "./state/nav.ts";
import { browserStore } from "./state/storage.ts";
import { dispatch, state } from "./state/store.ts";
import { useTools } from "./state/tools.ts";
import "./styles/app.css";
import { loadMarkdown } from "./views/answer.tsx";
import { App } from "./views/app.tsx";
import { submit } from "./views/composer.tsx";
import { speak } from "./views/language.ts";
import { joinBrowser, joinTelegram } from "./views/telegram.ts";

loadBoot();
const launch = start();
const owner = launch.userId ?? "nobody";
const api = createApi({
  initData: launch.initData,
  onSession: ({ user }) => void speak(user.languageCode),
});
useTools({ api, store: browserStore, drafts: new Drafts(browserStore, owner), owner, newId: uuid7, now: () => new Date() });

if (launch.place !== "telegram") dispatch({ type: "session.outside" });
const asked = startingConversation(location.search, launch.startParam);
if (asked) dispatch({ type: "conversation.opened", id: asked });
hydrate(<App />, document.getElementById("app")!);
joinBrowser();
joinTelegram();
ready();
if (launch.showSettings) open({ name: "settings" });
if (launch.place === "telegram") void begin();

async function begin(): Promise<void> {
  sendEarly();
  await openSession();
  if (state.value.session === "failed") return;
  if (asked) openConversation(asked);
  void loadList();
  sendLeftovers();
  void loadMarkdown();
}

/** A send that was pressed before this script was here. */
function sendEarly(): void {
  const { dataset } = document.documentElement;
  if (dataset.early === undefined) return;
  delete dataset.early;
  submit();
}
