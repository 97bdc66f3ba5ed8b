// The encrypted store on the device.
import assert from "node:assert/strict";
import { test } from "node:test";
import { KEY_BYTES, SealedStore } from "../../../webapp/src/state/sealed-store.ts";

/** A request of IndexedDB that succeeds a moment later. */
function granted<T>(result: T): IDBRequest<T> {
  const request = { result } as unknown as IDBRequest<T>;
  queueMicrotask(() => request.onsuccess?.(new Event("success")));
  return request;
}

async function opened(): Promise<SealedStore> {
  const records = new Map<string, unknown>();
  const objectStore = () => ({
    get: (path: string) => granted(records.get(path)),
    put: (value: unknown, path: string) => granted(records.set(path, value) && path),
  });
  const database = { transaction: () => ({ objectStore }) };
  Object.assign(globalThis, { indexedDB: { open: () => granted(database) } });
  return SealedStore.open(new Uint8Array(KEY_BYTES), "1");
}

test("what was written is read again", async () => {
  const store = await opened();
  await store.write("a", { text: "secret" });
  assert.deepEqual(await store.read("a"), { text: "secret" });
  assert.equal(await store.read("b"), undefined);
});

test("a record that is not wanted any more once it is found is not decrypted", async () => {
  const store = await opened();
  await store.write("a", "long");
  const { decrypt } = crypto.subtle;
  let decrypted = 0;
  crypto.subtle.decrypt = (...given) => {
    decrypted++;
    return decrypt.apply(crypto.subtle, given);
  };
  try {
    assert.equal(await store.read("a", () => false), undefined);
    assert.equal(decrypted, 0);
    assert.equal(await store.read("a", () => true), "long");
    assert.equal(decrypted, 1);
  } finally {
    crypto.subtle.decrypt = decrypt;
  }
});
