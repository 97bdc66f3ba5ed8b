// Buttons for faults of updates, of the Bot API and of the webhook.
import { signal } from "@preact/signals";
import { t } from "../boot.ts";
import { attempt } from "../toast.ts";
import { act } from "../world/actions.ts";
import type {
  ApiFault,
  ApiFaultKind,
  Faults,
  UpdateFault,
  UpdateFaultKind,
} from "../world/types.ts";
import { Group, NumberField, TextInput, Toggle } from "./fields.tsx";

const UPDATE_FAULTS: readonly UpdateFaultKind[] = ["twice", "late", "outOfOrder", "lost"];
const API_FAULTS: readonly ApiFaultKind[] = ["tooManyRequests", "serverError", "timeout"];

const count = signal(1);
const seconds = signal(10);
const updateTypes = signal("");
const method = signal("");

export function FaultsGroup({ faults }: { faults: Faults }) {
  const any = faults.updates.length + faults.api.length > 0 || faults.webhookDown || faults.flood;
  return (
    <Group title={t("faults.title")}>
      <div class="pair">
        <NumberField
          label={t("faults.count")}
          value={count.value}
          least={1}
          most={1000}
          change={(value) => (count.value = value)}
        />
        <NumberField
          label={t("faults.seconds")}
          value={seconds.value}
          least={1}
          most={3600}
          change={(value) => (seconds.value = value)}
        />
      </div>
      <TextInput
        label={t("faults.types")}
        placeholder="message, pre_checkout_query"
        value={updateTypes.value}
        change={(text) => (updateTypes.value = text)}
      />
      <div class="buttons" role="group" aria-label={t("faults.updates")}>
        {UPDATE_FAULTS.map((kind) => (
          <button key={kind} type="button" class="secondary" onClick={() => setUpdateFault(kind)}>
            {t(`faults.${kind}`)}
          </button>
        ))}
      </div>
      <TextInput
        label={t("faults.method")}
        placeholder="sendMessage"
        value={method.value}
        change={(text) => (method.value = text)}
      />
      <div class="buttons" role="group" aria-label={t("faults.api")}>
        {API_FAULTS.map((kind) => (
          <button key={kind} type="button" class="secondary" onClick={() => setApiFault(kind)}>
            {t(`faults.${kind}`)}
          </button>
        ))}
      </div>
      <Toggle
        label={t("faults.webhookDown")}
        value={faults.webhookDown}
        change={(down) => void attempt(act({ type: "setWebhookDown", down }))}
      />
      <Toggle
        label={t("faults.flood")}
        value={faults.flood}
        change={(enabled) => void attempt(act({ type: "setFlood", enabled }))}
      />
      {any && <InForce faults={faults} />}
    </Group>
  );
}

function InForce({ faults }: { faults: Faults }) {
  return (
    <div class="card">
      <strong>{t("faults.inForce")}</strong>
      <ul class="plain-list">
        {faults.updates.map((one, index) => (
          <li key={`u${index}`}>{updateText(one)}</li>
        ))}
        {faults.api.map((one, index) => (
          <li key={`a${index}`}>{apiText(one)}</li>
        ))}
      </ul>
      <button
        type="button"
        class="secondary"
        onClick={() => void attempt(act({ type: "clearFaults" }))}
      >
        {t("faults.clear")}
      </button>
    </div>
  );
}

function updateText({ kind, count, updateTypes }: UpdateFault): string {
  const types = updateTypes.join(", ") || t("faults.all");
  return t("faults.line", { kind: t(`faults.${kind}`), count, of: types });
}

function apiText({ kind, count, method }: ApiFault): string {
  return t("faults.line", { kind: t(`faults.${kind}`), count, of: method ?? t("faults.all") });
}

function setUpdateFault(kind: UpdateFaultKind): void {
  const types = updateTypes.value.split(/[\s,]+/).filter(Boolean);
  const late = kind === "late" ? { seconds: seconds.value } : {};
  void attempt(
    act({ type: "setUpdateFault", kind, count: count.value, updateTypes: types, ...late }),
  );
}

function setApiFault(kind: ApiFaultKind): void {
  const name = method.value.trim();
  const fields = { kind, count: count.value, retryAfter: seconds.value };
  void attempt(act({ type: "setApiFault", ...fields, ...(name ? { method: name } : {}) }));
}
