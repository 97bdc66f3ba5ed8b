// Telegram's key-value stores: in its cloud, shared by a person's devices (1024 keys of up to 4096
// characters), on this device (5 MB a person), and in the device's keychain (10 keys). All calls reject with BridgeError
// where a store is missing, refuses, or stays silent for ten seconds.

import { request } from "./transport.ts";

async function cloud(method: string, params: object): Promise<unknown> {
  const answered = await request(
    "web_app_invoke_custom_method",
    { method, params },
    "custom_method_invoked",
  );
  return answered.result;
}

export const cloudStorage = {
  async set(key: string, value: string): Promise<void> {
    await cloud("saveStorageValue", { key, value });
  },
  async get(keys: string[]): Promise<Record<string, string>> {
    return (await cloud("getStorageValues", { keys })) as Record<string, string>;
  },
  async remove(keys: string[]): Promise<void> {
    await cloud("deleteStorageValues", { keys });
  },
  async keys(): Promise<string[]> {
    return (await cloud("getStorageKeys", {})) as string[];
  },
};

/** The keychain; phones have one. */
export const secureStorage = {
  /** Null removes the key. */
  async set(key: string, value: string | null): Promise<void> {
    const ends = ["secure_storage_key_saved", "secure_storage_failed"] as const;
    await request("web_app_secure_storage_save_key", { key, value }, ends);
  },
  async get(key: string, timeout?: number): Promise<string | null> {
    const ends = ["secure_storage_key_received", "secure_storage_failed"] as const;
    const got = await request("web_app_secure_storage_get_key", { key }, ends, timeout);
    return "value" in got ? got.value : null;
  },
};

export const deviceStorage = {
  /** Null removes the key. */
  async set(key: string, value: string | null): Promise<void> {
    const ends = ["device_storage_key_saved", "device_storage_failed"] as const;
    await request("web_app_device_storage_save_key", { key, value }, ends);
  },
  async get(key: string): Promise<string | null> {
    const ends = ["device_storage_key_received", "device_storage_failed"] as const;
    const got = await request("web_app_device_storage_get_key", { key }, ends);
    return "value" in got ? got.value : null;
  },
  async clear(): Promise<void> {
    const ends = ["device_storage_cleared", "device_storage_failed"] as const;
    await request("web_app_device_storage_clear", {}, ends);
  },
};
