// What the month has cost so far, and the most that it may: set, changed or taken away.
import { useState } from "preact/hooks";
import type { Usage } from "../api/index.ts";
import { haptic } from "../bridge/index.ts";
import { t } from "../i18n.ts";
import { saveSettings } from "../state/actions/account.ts";
import { utcDay } from "./dates.ts";
import { amount, money } from "./money.ts";
import { Way } from "./parts.tsx";

type Spending = Usage["spending"];

/** Micro-dollars: a cent, and what the server takes at most. */
const LEAST = 10_000;
const MOST = 10_000_000_000;

interface CapProps {
  spending: Spending;
  /** Reads the sums anew. */
  onChange: () => Promise<void>;
}

export function Cap({ spending, onChange }: CapProps) {
  const { spentMicroDollars: spent, capMicroDollars: cap, reservedMicroDollars: reserved } = spending;
  const words = cap === null ? "app.usage.spent" : "app.usage.spent.of";
  return (
    <section class="section">
      <h2 class="section-title">{t("app.usage.month")}</h2>
      <div class="card">
        <div class="field">
          <span class="field-words">
            <span class="field-name" id="spent">{t(words, { spent: money(spent), cap: money(cap ?? 0) })}</span>
            {reserved > 0 && <span class="field-word">{t("app.usage.reserved", { sum: money(reserved) })}</span>}
            <span class="field-word">{t("app.usage.renews", { date: utcDay(spending.renewsAt) })}</span>
            {cap !== null && (
              <progress class="meter" aria-labelledby="spent" max={Math.max(cap, 1)} value={Math.min(spent, cap)} />
            )}
          </span>
        </div>
        <Editor key={cap} cap={cap} onChange={onChange} />
      </div>
      <p class="section-word">{t("app.usage.cap.word")}</p>
    </section>
  );
}

function Editor({ cap, onChange }: { cap: number | null; onChange: CapProps["onChange"] }) {
  const [typed, type] = useState(cap === null ? "" : String(cap / 1_000_000));
  const [wrong, tell] = useState(false);
  const [waits, wait] = useState(false);
  const save = async (micro: number | null): Promise<void> => {
    wait(true);
    const saved = await saveSettings({ spendingCapMicroDollars: micro });
    if (saved) {
      haptic("success");
      await onChange();
    }
    wait(false);
  };
  const submit = (event: Event): void => {
    event.preventDefault();
    const micro = amount(typed);
    const fits = micro >= LEAST && micro <= MOST;
    tell(!fits);
    if (fits && !waits) void save(micro);
  };
  return (
    <form class="field cap" onSubmit={submit} noValidate>
      <label class="field-name" for="cap">{t("app.usage.cap")}</label>
      <input
        id="cap"
        class="amount"
        dir="ltr"
        inputMode="decimal"
        autocomplete="off"
        placeholder={t("app.usage.cap.none")}
        aria-invalid={wrong}
        aria-describedby="cap-word"
        value={typed}
        onInput={(event) => {
          type(event.currentTarget.value);
          tell(false);
        }}
      />
      <button type="submit" class="text-button" disabled={waits || amount(typed) === cap}>{t("app.save")}</button>
      {cap !== null && <Way danger disabled={waits} onClick={() => void save(null)}>{t("app.usage.cap.remove")}</Way>}
      <p id="cap-word" class="field-word" role="status">
        {wrong ? t("app.usage.cap.wrong", { least: money(LEAST), most: money(MOST) }) : ""}
      </p>
    </form>
  );
}
