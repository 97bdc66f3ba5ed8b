// What the emulated device stores per person: permissions, tokens and the two storages.
import { kept } from "../keep.ts";

export interface Permission {
  requested: boolean;
  granted: boolean;
}

export interface Device {
  biometry: Permission & { token: string };
  location: Permission;
  emojiStatusAllowed: boolean;
  emojiStatus: string | null;
  onHomeScreen: boolean;
  storage: Record<string, string>;
  secure: Record<string, string>;
  /** Secure items of the previous phone, which can be restored. */
  restorable: Record<string, string>;
}

const NEVER: Permission = { requested: false, granted: false };

export const NEW_DEVICE: Device = {
  biometry: { ...NEVER, token: "" },
  location: NEVER,
  emojiStatusAllowed: false,
  emojiStatus: null,
  onHomeScreen: false,
  storage: {},
  secure: {},
  restorable: {},
};

type Devices = Record<string, Partial<Device>>;

const devices = kept<Devices>("devices", {}, (value): value is Devices => {
  return typeof value === "object" && value !== null && !Array.isArray(value);
});

export function deviceOf(personId: number): Device {
  return { ...NEW_DEVICE, ...devices.value[personId] };
}

export function changeDevice(personId: number, change: Partial<Device>): void {
  const device = { ...deviceOf(personId), ...change };
  devices.value = { ...devices.value, [personId]: device };
}

/** Clears everything, like a new device. */
export function resetDevice(personId: number): void {
  changeDevice(personId, NEW_DEVICE);
}

/** Changes to a new phone: everything is lost except secure items, which the app can ask to
 * restore. */
export function changePhone(personId: number): void {
  const { secure, restorable } = deviceOf(personId);
  changeDevice(personId, { ...NEW_DEVICE, restorable: { ...restorable, ...secure } });
}
