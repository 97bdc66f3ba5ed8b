// Telegram's own script, used as its documentation shows.
import { version } from "./hot.js";

const app = window.Telegram.WebApp;
const heard = document.getElementById("heard");
const say = (text) => (heard.textContent += `${text};`);

say(`proxy ${window.before}`);
say(`user ${app.initDataUnsafe.user?.first_name}`);
say(`theme ${app.themeParams.bg_color ? "yes" : "no"}`);
app.onEvent("themeChanged", () => say("theme changed"));
app.MainButton.setText("Continue").show().onClick(() => say("main button"));
app.BackButton.show();
app.CloudStorage.setItem("key", "value", () =>
  app.CloudStorage.getItem("key", (error, value) => say(`stored ${error ?? value}`)),
);
document.getElementById("link").addEventListener("click", () => app.openLink("https://example.com/"));
app.ready();
say(`hot ${version}`);
if (import.meta.hot) import.meta.hot.accept("./hot.js", (fresh) => say(`hot ${fresh.version}`));
