// Biometry: a permission, and a token that a finger or a face unlocks.
import { agree } from "../ask.ts";
import { changeDevice, deviceOf } from "../device.ts";
import { type Frame, type Handler, refuse } from "../frame.ts";
import { textIn } from "../gate.ts";
import { LINK_TOUCH_MS } from "../limits.ts";

const person = (frame: Frame) => frame.session.opening.personId;
const LONGEST_TOKEN = 1024;

function sendInfo(frame: Frame): void {
  const type = frame.platform.biometry;
  if (!type) return frame.send("biometry_info_received", { available: false });
  const { requested, granted, token } = deviceOf(person(frame)).biometry;
  frame.send("biometry_info_received", {
    available: true,
    type,
    access_requested: requested,
    access_granted: granted,
    token_saved: token !== "",
    device_id: `emulator-${person(frame)}`,
  });
}

export const getBiometry: Handler = (frame) => sendInfo(frame);

export const requestBiometry: Handler = async (frame, data) => {
  const known = deviceOf(person(frame)).biometry;
  // Asked only once: a person who refused can change it in the settings.
  if (frame.platform.biometry && !known.requested) {
    const granted = await agree("biometry", { reason: reasonIn(data) });
    changeDevice(person(frame), { biometry: { ...known, requested: true, granted } });
  }
  sendInfo(frame);
};

export const authBiometry: Handler = async (frame, data) => {
  const { granted, token } = deviceOf(person(frame)).biometry;
  const passed = frame.platform.biometry !== null && granted && (await touchSensor(data));
  frame.send(
    "biometry_auth_requested",
    passed ? { status: "authorized", token } : { status: "failed" },
  );
  if (!passed) refuse("not authorized");
};

export const updateBiometryToken: Handler = async (frame, data) => {
  const known = deviceOf(person(frame)).biometry;
  const token = textIn(data, "token") ?? "";
  const may = frame.platform.biometry !== null && known.granted && token.length <= LONGEST_TOKEN;
  if (!may || !(await touchSensor(data))) {
    frame.send("biometry_token_updated", { status: "failed" });
    refuse("not authorized");
  }
  changeDevice(person(frame), { biometry: { ...known, token } });
  frame.send("biometry_token_updated", { status: token === "" ? "removed" : "updated" });
};

export const openBiometrySettings: Handler = (frame) => {
  if (!frame.touches.spend(frame.now(), LINK_TOUCH_MS)) refuse("no touch within 1 s");
  const known = deviceOf(person(frame)).biometry;
  changeDevice(person(frame), { biometry: { ...known, requested: true, granted: !known.granted } });
  sendInfo(frame);
};

function touchSensor(data: Parameters<Handler>[1]): Promise<boolean> {
  return agree("sensor", { reason: reasonIn(data) });
}

function reasonIn(data: Parameters<Handler>[1]): string {
  return (textIn(data, "reason") ?? "").slice(0, 128);
}
