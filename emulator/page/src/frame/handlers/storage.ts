// Storage on the device, in its secure part, and (through the server) in the cloud.
import { t } from "../../boot.ts";
import { openDialog } from "../../dialogs.ts";
import { ActionRefused, request } from "../../world/actions.ts";
import { changeDevice, type Device, deviceOf } from "../device.ts";
import type { Events } from "../events.ts";
import { type Frame, type Handler, refuse } from "../frame.ts";
import { type Fields, textIn } from "../gate.ts";
import { DEVICE_LIMITS, isKey, SECURE_LIMITS, storedValue, withKey } from "../store.ts";

type Kind = "device_storage" | "secure_storage";
const FIELD = { device_storage: "storage", secure_storage: "secure" } as const;
const LIMITS = { device_storage: DEVICE_LIMITS, secure_storage: SECURE_LIMITS };

const person = (frame: Frame) => frame.session.opening.personId;
const supports = (frame: Frame, kind: Kind) =>
  kind === "device_storage" ? frame.platform.deviceStorage : frame.platform.secureStorage;

type Done = Events["device_storage_cleared"];

/** Answers `<kind>_failed` and says why in the log. */
function fail(frame: Frame, kind: Kind, req_id: string, error: string): never {
  frame.send(`${kind}_failed`, { req_id, error });
  refuse(error);
}

/** Wraps a request: without an id there is nobody to answer, without support it fails. */
function storageHandler(
  kind: Kind,
  work: (frame: Frame, data: Fields, done: Done) => ReturnType<Handler>,
): Handler {
  return (frame, data) => {
    const req_id = textIn(data, "req_id");
    if (req_id === null) refuse("no req_id");
    if (!supports(frame, kind)) fail(frame, kind, req_id, "UNSUPPORTED");
    return work(frame, data, { req_id });
  };
}

function saver(kind: Kind): Handler {
  return storageHandler(kind, (frame, data, done) => {
    const items = deviceOf(person(frame))[FIELD[kind]];
    const { items: next, error } = withKey(items, data.key, data.value, LIMITS[kind]);
    if (!next) fail(frame, kind, done.req_id, error ?? "UNKNOWN_ERROR");
    changeDevice(person(frame), { [FIELD[kind]]: next } as Partial<Device>);
    frame.send(`${kind}_key_saved`, done);
  });
}

function getter(kind: Kind): Handler {
  return storageHandler(kind, (frame, data, done) => {
    if (!isKey(data.key)) fail(frame, kind, done.req_id, "KEY_INVALID");
    const device = deviceOf(person(frame));
    const value = storedValue(device[FIELD[kind]], data.key);
    const lost = kind === "secure_storage" && value === null;
    const can_restore = lost && storedValue(device.restorable, data.key) !== null;
    frame.send(`${kind}_key_received`, { ...done, value, ...(lost ? { can_restore } : {}) });
  });
}

function clearer(kind: Kind): Handler {
  return storageHandler(kind, (frame, _data, done) => {
    changeDevice(person(frame), { [FIELD[kind]]: {} } as Partial<Device>);
    frame.send(`${kind}_cleared`, done);
  });
}

export const saveDeviceKey = saver("device_storage");
export const getDeviceKey = getter("device_storage");
export const clearDeviceStorage = clearer("device_storage");
export const saveSecureKey = saver("secure_storage");
export const getSecureKey = getter("secure_storage");
export const clearSecureStorage = clearer("secure_storage");

export const restoreSecureKey = storageHandler("secure_storage", async (frame, data, done) => {
  if (!isKey(data.key)) fail(frame, "secure_storage", done.req_id, "KEY_INVALID");
  const device = deviceOf(person(frame));
  const value = storedValue(device.restorable, data.key);
  if (value === null) fail(frame, "secure_storage", done.req_id, "RESTORE_UNAVAILABLE");
  if (!(await mayRestore())) fail(frame, "secure_storage", done.req_id, "RESTORE_CANCELLED");
  changeDevice(person(frame), { secure: { ...device.secure, [data.key]: value } });
  frame.send("secure_storage_key_restored", { ...done, value });
});

async function mayRestore(): Promise<boolean> {
  const buttons = [
    { id: "no", text: t("dialog.cancel"), look: "plain" as const },
    { id: "yes", text: t("restore.yes") },
  ];
  const props = { title: t("restore.title"), text: t("restore.text"), buttons };
  return (await openDialog("choice", props).answer) === "yes";
}

/** Cloud storage and the like: answered by the server, as Telegram's servers do. */
export const invokeCustomMethod: Handler = async (frame, data) => {
  const req_id = textIn(data, "req_id");
  const method = textIn(data, "method");
  if (req_id === null || method === null) refuse("no req_id or method");
  const params = data.params ?? {};
  const answer = await invoke(person(frame), method, params);
  const { result, error } = answer;
  frame.send("custom_method_invoked", error ? { req_id, error } : { req_id, result });
  if (error) refuse(error);
};

async function invoke(personId: number, method: string, params: unknown) {
  try {
    return await request("invokeCustomMethod", { personId, method, params });
  } catch (error) {
    if (error instanceof ActionRefused) return { result: null, error: error.reason };
    throw error;
  }
}
