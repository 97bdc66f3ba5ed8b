// Checking a message or a text: its claims, which of them to check at what cost, then what sources
// say about each, as results arrive.
import { useEffect, useState } from "preact/hooks";
import { services } from "../../actions/services.ts";
import { type Checkable, checksApi } from "../../api/checks.ts";
import { type Check, uuid7 } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { applied, begun, type CheckEvent } from "../../state/check.ts";
import { attempt, isRefused } from "../../state/failure.ts";
import type { Failure } from "../../state/model.ts";
import { closeScreen, openedScreen, openScreen } from "../../state/navigation.ts";
import { currentThread } from "../../state/store.ts";
import { readRun } from "../../stream/reader.ts";
import { Problem, Skeleton, TextButton } from "../ui/controls.tsx";
import { MainButton } from "../ui/main-button.tsx";
import { money } from "../ui/money.ts";
import { Sheet } from "../ui/sheet.tsx";
import { CheckedClaims } from "./checked-claims.tsx";

const api = () => checksApi(services().api);

export function CheckSheet() {
  const screen = openedScreen("check");
  return (
    <Sheet title={t("app.check.title")} onClose={() => closeScreen("check")}>
      <div class="receipts">{screen && <Body of={screen.of} />}</div>
    </Sheet>
  );
}

function Body({ of }: { of: Checkable }) {
  const [check, put] = useState<Check | null>(null);
  const [failure, tell] = useState<Failure | null>(null);
  const [id, name] = useState("");
  const [reading] = useState(() => new AbortController());
  useEffect(() => () => reading.abort(), []);

  const list = async (): Promise<void> => {
    put(null);
    tell(null);
    const checkId = uuid7();
    name(checkId);
    const listed = await attempt(() => api().list(checkId, of), tell);
    if (listed) put(listed);
  };
  const follow = async (from: Check, kept?: readonly number[]): Promise<void> => {
    tell(null);
    let now = kept ? begun(from, kept) : from;
    put(now);
    const { id } = from;
    const reader = {
      resume: (_: string, after: number, signal: AbortSignal) => api().events(id, after, signal),
      onEvents: (batch: readonly { event: unknown }[]) => {
        for (const { event } of batch) now = applied(now, event as CheckEvent);
        put(now);
      },
      signal: reading.signal,
    };
    const start = kept
      ? { open: (signal: AbortSignal) => api().run(id, kept, signal) }
      : { from: { runId: id, after: 0 } };
    const done = await attempt(
      () => readRun({ ...reader, ...start }),
      (failed) => {
        if (reading.signal.aborted) return;
        if (kept) put(from);
        tell(failed);
      },
    );
    if (done?.errorTitle) {
      const { errorCode: code = "", errorTitle: title, errorDetail: detail = "" } = done;
      tell({ code, title, detail });
    }
  };
  const show = async (): Promise<void> => {
    if (!("messageId" in of)) return list();
    const kept = await attempt(() => api().ofMessage(of.messageId), tell);
    const newest = kept?.items.find(({ state }) => state !== "listed");
    if (!newest) return kept && list();
    return newest.state === "running" ? follow(newest) : put(newest);
  };
  useEffect(() => void show(), []);

  return (
    <>
      {failure && (
        <Problem failure={failure}>
          {failure.code === "consent_needed" && (
            <TextButton onClick={() => openScreen({ name: "consents" })}>
              {t("app.consents.title")}
            </TextButton>
          )}
          {isRefused(failure) ? (
            <TextButton onClick={() => appeal(check?.id ?? id, of)}>{t("app.appeal")}</TextButton>
          ) : (
            !check && <TextButton onClick={() => void list()}>{t("app.retry")}</TextButton>
          )}
        </Problem>
      )}
      {!check && !failure && (
        <>
          <p role="status">{t("app.check.listing")}</p>
          <Skeleton lines={4} />
        </>
      )}
      {check?.state === "listed" && (
        <Choice key={check.id} check={check} onRun={(kept) => void follow(check, kept)} />
      )}
      {check && check.state !== "listed" && (
        <>
          <CheckedClaims check={check} />
          {check.state === "running" ? (
            <TextButton onClick={() => void attempt(() => api().stop(check.id), tell)}>
              {t("app.check.stop")}
            </TextButton>
          ) : (
            <TextButton onClick={() => void list()}>{t("app.check.again")}</TextButton>
          )}
        </>
      )}
    </>
  );
}

/** The server does not store a text that it refused to check, so the appeal includes it. */
function appeal(refusalId: string, of: Checkable): void {
  const { messages } = currentThread.value;
  const asked = "text" in of ? of.text : messages[of.messageId]?.text;
  openScreen({ name: "appeal", refusalId, ...(asked ? { asked } : {}) });
}

/** The claims to choose from, and the cost of checking them. */
function Choice({ check, onRun }: { check: Check; onRun: (kept: readonly number[]) => void }) {
  const [kept, keep] = useState<readonly number[]>(check.claims.map((_, index) => index));
  if (!check.claims.length) return <p>{t("app.check.nothing")}</p>;
  const each = check.price.claimMicroDollars;
  const flip = (index: number): void =>
    keep(kept.includes(index) ? kept.filter((one) => one !== index) : [...kept, index]);
  return (
    <>
      <p>{t("app.check.choose")}</p>
      <div>
        {check.claims.map((claim, index) => (
          <label class="field" key={claim.text}>
            <input
              type="checkbox"
              class="pick"
              checked={kept.includes(index)}
              onChange={() => flip(index)}
            />
            <span class="field-words" dir="auto">
              {claim.text}
            </span>
          </label>
        ))}
      </div>
      <p class="fine-print">
        {t("app.check.message")}{" "}
        {each === null
          ? t("app.check.cost.unknown")
          : each > 0 && t("app.check.cost", { cost: money(each * kept.length) })}
      </p>
      <p class="fine-print">{t("app.check.by", { model: check.model })}</p>
      {check.simulated && <p class="fine-print">{t("app.check.simulated")}</p>}
      <MainButton disabled={!kept.length} onClick={() => onRun([...kept].sort((a, b) => a - b))}>
        {t("app.check.run")}
      </MainButton>
    </>
  );
}
