// Shown when the app is opened outside Telegram: nobody is signed in.
import { t } from "../i18n/index.ts";
import { Mark } from "./ui/mark.tsx";

export function Outside() {
  return (
    <main class="outside">
      <div class="hero">
        <Mark />
        <h1 class="hero-title">{t("app.outside.title")}</h1>
        <p class="hero-word">{t("app.outside.word")}</p>
      </div>
      <a class="main-button" href="/">
        {t("app.outside.go")}
      </a>
    </main>
  );
}
