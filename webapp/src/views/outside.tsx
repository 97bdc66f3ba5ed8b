// Where there is nobody to talk to: the app opened outside Telegram, or a session refused.
import { t } from "../i18n.ts";
import { openSession } from "../state/actions/account.ts";
import { loadList } from "../state/actions/conversations.ts";
import type { Failure } from "../state/model.ts";
import { Icon } from "./icons.tsx";

export function Outside() {
  return (
    <main class="outside">
      <div class="hero">
        <div class="mark"><Icon name="send" /></div>
        <h1 class="hero-title">{t("app.outside.title")}</h1>
        <p class="hero-word">{t("app.outside.word")}</p>
      </div>
      <a class="main-button" href="/">{t("app.outside.go")}</a>
    </main>
  );
}

export function Refused({ failure }: { failure: Failure }) {
  const again = async (): Promise<void> => {
    await openSession();
    await loadList();
  };
  return (
    <main class="outside">
      <div class="hero">
        <div class="mark"><Icon name="lock" /></div>
        <h1 class="hero-title">{failure.title}</h1>
        <p class="hero-word">{failure.detail}</p>
      </div>
      <button type="button" class="main-button" onClick={() => void again()}>{t("app.retry")}</button>
    </main>
  );
}
