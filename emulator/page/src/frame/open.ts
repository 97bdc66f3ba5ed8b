// Opening and closing Mini Apps, and following t.me links.
import { signal } from "@preact/signals";
import { t } from "../boot.ts";
import * as choices from "../choices.ts";
import { openDialog } from "../dialogs.ts";
import { openInvoice } from "../payments.ts";
import { attempt, showToast } from "../toast.ts";
import { act, type LaunchSource, request } from "../world/actions.ts";
import { myId, world } from "../world/live.ts";
import { underOwnName } from "./own-origin.ts";
import { type Opening, Session } from "./session.ts";
import { readTgLink } from "./tg-links.ts";
import { defaultColors, themeParamsFor } from "./theme-params.ts";
import { THEMES } from "./themes.ts";
import { atLeast } from "./versions.ts";

export const openedApp = signal<Session | null>(null);

export interface Launching {
  url?: string;
  buttonText?: string;
  startParam?: string;
}

let openings = 0;
let last: [LaunchSource, Launching] = ["menu", {}];

/** Lets the server sign a launch and opens it. Closes the app that was open. */
export async function openApp(source: LaunchSource, launching: Launching = {}): Promise<void> {
  last = [source, launching];
  const personId = myId.value;
  const opening = describe(source, launching, personId);
  const launched = await attempt(request("launch", launchAction(opening, launching)));
  if (!launched || personId !== myId.value) return;
  const url = underOwnName(launched.url, location);
  const inWebView = new URL(url).origin !== location.origin;
  const shown = inWebView ? await attempt(served(url)) : url;
  if (!shown || personId !== myId.value) return;
  closeApp();
  openedApp.value = new Session({
    ...opening,
    url: shown,
    address: new URL(url).origin,
    inWebView,
  });
}

/** The address at which the emulator serves an app of another origin. */
async function served(address: string): Promise<string> {
  const { port } = await request("serveMiniApp", { url: address });
  const url = new URL(address);
  url.protocol = "http:";
  url.hostname = location.hostname === "127.0.0.1" ? location.hostname : "localhost";
  url.port = String(port);
  return url.href;
}

/** Opens the last app again with the current settings. */
export function relaunch(): Promise<void> {
  return openApp(...last);
}

function describe(source: LaunchSource, launching: Launching, personId: number): Opening {
  const platform = choices.platform.value;
  const fullscreen =
    choices.launchFullscreen.value && platform.fullscreen && atLeast(choices.version.value, "8.0");
  openings += 1;
  return {
    id: openings,
    personId,
    url: "",
    address: "",
    inWebView: false,
    source,
    buttonText: launching.buttonText ?? "",
    fullscreen,
    expanded: platform.form !== "phone",
    platform: choices.platformName.value,
    version: choices.version.value,
  };
}

function launchAction(opening: Opening, launching: Launching) {
  const { personId, source, platform, version, fullscreen } = opening;
  const startParam = launching.startParam || choices.startParam.value;
  return {
    personId,
    source,
    platform,
    version,
    fullscreen,
    themeParams: { ...themeParamsFor(choices.theme.value, version) },
    defaultColors: defaultColors(THEMES.light, THEMES.dark),
    ageSeconds: choices.initDataAge.value,
    forged: choices.forged.value,
    ...(launching.url ? { url: launching.url } : {}),
    ...(startParam ? { startParam } : {}),
  };
}

export function closeApp(): void {
  openedApp.value = null;
}

/** Closes like the person does: an app that asked for it gets a confirmation first. */
export async function requestClose(): Promise<void> {
  const session = openedApp.value;
  if (!session) return;
  if (session.confirmClosing.value && !(await confirmed())) return;
  if (openedApp.value === session) closeApp();
}

async function confirmed(): Promise<boolean> {
  const buttons = [
    { id: "stay", text: t("dialog.cancel"), look: "plain" as const },
    { id: "close", text: t("closing.anyway"), look: "destructive" as const },
  ];
  const props = { title: t("closing.title"), text: t("closing.text"), buttons };
  return (await openDialog("choice", props).answer) === "close";
}

/** Follows a t.me path like a client; false if it leads outside the emulator. */
export function followTgPath(personId: number, path: string): boolean {
  const link = readTgLink(path, world.value?.bot.username ?? "");
  if (link.kind === "invoice") void openInvoice(personId, { slug: link.slug });
  else if (link.kind === "startApp") void openApp("direct", { startParam: link.parameter });
  else if (link.kind === "start") void start(personId, link.parameter);
  else showToast(t("links.elsewhere", { path }));
  return link.kind !== "elsewhere";
}

async function start(personId: number, parameter: string): Promise<void> {
  await attempt(act({ type: "pressStart", personId, ...(parameter ? { parameter } : {}) }));
  if (openedApp.value) openedApp.value.minimized.value = true;
}
