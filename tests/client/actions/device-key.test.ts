// The key of the device's copy: a keychain that stays silent is not waited for long.
import "../dom.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { deviceKey } from "../../../webapp/src/actions/device-key.ts";
import { connect } from "../../../webapp/src/bridge/transport.ts";

test("without an answer the tab gets a key of its own, and has it at once the next time", async () => {
  const asked: string[] = [];
  Object.assign(window, {
    TelegramWebviewProxy: { postEvent: (type: string) => asked.push(type) },
  });
  connect("9.6");
  const began = performance.now();
  const key = await deviceKey("1");
  assert.ok(performance.now() - began < 2_000);
  assert.deepEqual(asked, ["web_app_secure_storage_get_key"]);
  assert.deepEqual(await deviceKey("1"), key);
  assert.equal(asked.length, 1);
});
