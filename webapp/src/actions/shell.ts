// Has the service worker cache the app's shell, so that the app opens offline.
import { language } from "../i18n/index.ts";

const FILE = "/service-worker.js";

/** Without service workers, or with storage blocked, the app opens only online. */
export async function keepShell(): Promise<void> {
  await navigator.serviceWorker?.register(address() as string, { scope: "/app" });
  await navigator.serviceWorker?.ready;
  // The texts were fetched before there was a service worker to cache them.
  const shell = await caches.open("tanya-shell");
  await shell.add(`/texts/${language()}`);
}

/** The page's Trusted Types policy allows no script address but this one. */
function address(): unknown {
  const policy = window.trustedTypes?.createPolicy("tanya-service-worker", {
    createScriptURL: () => FILE,
  });
  return policy?.createScriptURL("") ?? FILE;
}
