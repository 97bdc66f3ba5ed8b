// What an app must ask the person for: messages, phone number, location, status, home screen,
// files.
import { t } from "../../boot.ts";
import { attempt, showToast } from "../../toast.ts";
import { act } from "../../world/actions.ts";
import { chatOf } from "../../world/live.ts";
import { agree } from "../ask.ts";
import { changeDevice, deviceOf } from "../device.ts";
import { type Frame, type Handler, type Refusing, refuse } from "../frame.ts";
import { textIn } from "../gate.ts";
import { TOUCH_MS } from "../limits.ts";
import { METHODS } from "../methods.ts";

const person = (frame: Frame) => frame.session.opening.personId;
const touched = (frame: Frame) => frame.touches.recent(frame.now(), TOUCH_MS);
const NO_TOUCH = "no touch within 10 s";

/** Runs a plain action; returns whether the server accepted it. */
async function done(work: Promise<void>): Promise<boolean> {
  return (await attempt(work.then(() => true))) === true;
}

export const requestWriteAccess: Handler = async (frame) => {
  const personId = person(frame);
  const head = chatOf(personId)?.head;
  // Whoever started the bot has allowed it to write.
  const has = head !== undefined && !head.blocked && (head.started || head.writeAccess);
  const allowed =
    has ||
    ((await agree("writeAccess")) && (await done(act({ type: "allowWriteAccess", personId }))));
  frame.send("write_access_requested", { status: allowed ? "allowed" : "cancelled" });
};

export const requestPhone: Handler = async (frame) => {
  const personId = person(frame);
  const agreed = await agree("phone");
  const sent = agreed && (await done(act({ type: "shareContact", personId })));
  frame.send("phone_requested", { status: sent ? "sent" : "cancelled" });
};

export const checkLocation: Handler = (frame) => {
  if (!frame.platform.location) return frame.send("location_checked", { available: false });
  const { requested, granted } = deviceOf(person(frame)).location;
  const access = { access_requested: requested, access_granted: granted };
  frame.send("location_checked", { available: true, ...access });
};

/** A place where nobody lives: the Greenwich observatory. */
const PLACE = { latitude: 51.47783, longitude: -0.00139, altitude: 47, horizontal_accuracy: 12 };

export const requestLocation: Handler = async (frame) => {
  if (!frame.platform.location) {
    frame.send("location_requested", { available: false });
    refuse("UNSUPPORTED");
  }
  const known = deviceOf(person(frame)).location;
  // The person is asked once; afterwards the settings decide.
  const granted = known.requested ? known.granted : await agree("location");
  changeDevice(person(frame), { location: { requested: true, granted } });
  frame.send("location_requested", granted ? { available: true, ...PLACE } : { available: false });
  if (!granted) refuse("not granted");
};

export const openLocationSettings: Handler = (frame) => {
  if (!touched(frame)) refuse(NO_TOUCH);
  const { granted } = deviceOf(person(frame)).location;
  changeDevice(person(frame), { location: { requested: true, granted: !granted } });
  showToast(t(granted ? "location.off" : "location.on"));
};

export const requestEmojiAccess: Handler = (frame) =>
  oneRequest(frame, "emoji access", async () => {
    const known = deviceOf(person(frame)).emojiStatusAllowed;
    const allowed = known || (await agree("emoji"));
    changeDevice(person(frame), { emojiStatusAllowed: allowed });
    if (allowed) await act({ type: "allowEmojiStatus", personId: person(frame), allowed });
    frame.send("emoji_status_access_requested", { status: allowed ? "allowed" : "cancelled" });
  });

export const setEmojiStatus: Handler = (frame, data) =>
  oneRequest(frame, "emoji status", async () => {
    const id = textIn(data, "custom_emoji_id") ?? "";
    if (!/^\d{1,20}$/.test(id)) {
      return frame.send("emoji_status_failed", { error: "SUGGESTED_EMOJI_INVALID" });
    }
    if (!(await agree("emojiSet", { id }))) {
      return frame.send("emoji_status_failed", { error: "USER_DECLINED" });
    }
    changeDevice(person(frame), { emojiStatus: id });
    frame.send("emoji_status_set");
  });

/** Only after a recent touch, and not while one of the same kind is being answered. */
async function oneRequest(frame: Frame, name: string, work: () => Promise<void>) {
  if (!touched(frame)) refuse(NO_TOUCH);
  const ran = await frame.single.run(name, work);
  if (!ran) refuse("already being asked");
}

export const checkHomeScreen: Handler = (frame) => {
  if (!frame.platform.homeScreen)
    return frame.send("home_screen_checked", { status: "unsupported" });
  const status = deviceOf(person(frame)).onHomeScreen ? "added" : "missed";
  frame.send("home_screen_checked", { status });
};

export const addToHomeScreen: Handler = (frame) => {
  if (!frame.platform.homeScreen) {
    frame.send("home_screen_failed", { error: "UNSUPPORTED" });
    refuse("UNSUPPORTED");
  }
  return oneRequest(frame, "home screen", async () => {
    const there = deviceOf(person(frame)).onHomeScreen;
    if (!there && !(await agree("home"))) return;
    changeDevice(person(frame), { onHomeScreen: true });
    frame.send("home_screen_added");
  });
};

export const requestFileDownload: Handler = async (frame, data) => {
  const url = textIn(data, "url") ?? "";
  const name = textIn(data, "file_name") ?? "";
  const asked = await frame.single.run("download", async () => {
    const agreed = name !== "" && isDownloadable(url) && (await agree("download", { name }));
    frame.send("file_download_requested", { status: agreed ? "downloading" : "cancelled" });
    if (agreed) download(url, name);
  });
  if (!asked) refuse("already being asked");
};

/** Telegram only accepts https; our own origin is as good here. */
function isDownloadable(url: string): boolean {
  try {
    const { protocol, origin } = new URL(url, location.href);
    return protocol === "https:" || origin === location.origin;
  } catch {
    return false;
  }
}

function download(url: string, name: string): void {
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.rel = "noopener";
  link.click();
  showToast(t("download.done", { name }));
}

export const verifyAge: Refusing = () => refuse(METHODS.web_app_verify_age.refused);
