// Has the service worker keep the app's shell, so that it opens without a network.
import { language } from "../i18n/index.ts";

const FILE = "/service-worker.js";

/** Where browsers have none, or storage is blocked, the app opens with a network only. */
export async function keepShell(): Promise<void> {
  await navigator.serviceWorker?.register(address() as string, { scope: "/app" });
  await navigator.serviceWorker?.ready;
  // The texts were fetched before there was anybody to keep them.
  const shell = await caches.open("tanya-shell");
  await shell.add(`/texts/${language()}`);
}

/** The page's policy (Trusted Types) takes no script by its address, but for this one. */
function address(): unknown {
  const policy = window.trustedTypes?.createPolicy("tanya-service-worker", {
    createScriptURL: () => FILE,
  });
  return policy?.createScriptURL("") ?? FILE;
}
