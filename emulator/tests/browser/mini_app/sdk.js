// The same with @tma.js/sdk or its elder @telegram-apps/sdk: `?sdk=` says which.
const heard = document.getElementById("heard");
const say = (text) => (heard.textContent += `${text};`);
const tma = new URLSearchParams(location.search).get("sdk") === "tma";
const sdk = tma ? await import("@tma.js/sdk") : await import("@telegram-apps/sdk");

try {
  sdk.init();
  const params = sdk.retrieveLaunchParams();
  say(`user ${params.tgWebAppData.user.first_name}`);
  if (tma) await withTma();
  else await withTelegramApps();
} catch (error) {
  say(`failed ${error}`);
}

async function withTma() {
  const { themeParams, viewport, miniApp, mainButton, cloudStorage, openLink } = sdk;
  themeParams.mount();
  await viewport.mount();
  say(`height ${viewport.height() > 0}`);
  miniApp.mount();
  mainButton.mount();
  mainButton.setParams({ text: "Continue", isVisible: true });
  mainButton.onClick(() => say("main button"));
  await cloudStorage.setItem("key", "value");
  say(`stored ${await cloudStorage.getItem("key")}`);
  document.getElementById("link").addEventListener("click", () => openLink("https://example.com/"));
  miniApp.ready();
}

async function withTelegramApps() {
  await sdk.mountViewport();
  say(`height ${sdk.viewportHeight() > 0}`);
  sdk.mountMiniAppSync();
  sdk.mountMainButton();
  sdk.setMainButtonParams({ text: "Continue", isVisible: true });
  sdk.onMainButtonClick(() => say("main button"));
  await sdk.setCloudStorageItem("key", "value");
  say(`stored ${await sdk.getCloudStorageItem("key")}`);
  document.getElementById("link").addEventListener("click", () => sdk.openLink("https://example.com/"));
  sdk.miniAppReady();
}
