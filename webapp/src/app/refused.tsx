// A session that was refused, and why.
import { openSession } from "../actions/account.ts";
import { loadList } from "../actions/conversations.ts";
import { close } from "../bridge/index.ts";
import { t } from "../i18n/index.ts";
import type { Failure } from "../state/model.ts";
import { retryCanHelp } from "./premium/remedy.tsx";
import { Icon } from "./ui/icons.tsx";

export function Refused({ failure }: { failure: Failure }) {
  const again = async (): Promise<void> => {
    await openSession();
    await loadList();
  };
  return (
    <main class="outside">
      <div class="hero">
        <div class="mark">
          <Icon name="lock" />
        </div>
        <h1 class="hero-title">{failure.title}</h1>
        <p class="hero-word">{failure.detail}</p>
      </div>
      {/* The same launch would be refused again. */}
      {retryCanHelp(failure.code) ? (
        <button type="button" class="main-button" onClick={() => void again()}>
          {t("app.retry")}
        </button>
      ) : (
        <button type="button" class="main-button" onClick={close}>
          {t("app.close")}
        </button>
      )}
    </main>
  );
}
