// The month's cost so far, and its cap: set, change or remove it.
import { useEffect, useRef, useState } from "preact/hooks";
import { saveSettings } from "../../actions/settings.ts";
import type { Usage } from "../../api/index.ts";
import { haptic } from "../../bridge/index.ts";
import { t } from "../../i18n/index.ts";
import { announcement } from "../../state/store.ts";
import { TextButton } from "../ui/controls.tsx";
import { utcDay } from "../ui/dates.ts";
import { amount, money } from "../ui/money.ts";
import { hasKeyboard } from "../ui/text-input.ts";

type Spending = Usage["spending"];

/** Micro-dollars: a cent, and the server's maximum. */
const LEAST = 10_000;
const MOST = 10_000_000_000;

interface CapProps {
  spending: Spending;
  /** Reloads the sums. */
  onChange: () => Promise<void>;
}

export function Cap({ spending, onChange }: CapProps) {
  const {
    spentMicroDollars: spent,
    capMicroDollars: cap,
    reservedMicroDollars: reserved,
  } = spending;
  const words = cap === null ? "app.usage.spent" : "app.usage.spent.of";
  return (
    <section class="section">
      <h2 class="section-title">{t("app.usage.month")}</h2>
      <div class="card">
        <div class="field">
          <span class="field-words">
            <span class="field-name" id="spent">
              {t(words, { spent: money(spent), cap: money(cap ?? 0) })}
            </span>
            {reserved > 0 && (
              <span class="field-word">{t("app.usage.reserved", { sum: money(reserved) })}</span>
            )}
            <span class="field-word">
              {t("app.usage.renews", { date: utcDay(spending.renewsAt) })}
            </span>
            {cap !== null && (
              <progress
                class="meter"
                aria-labelledby="spent"
                max={Math.max(cap, 1)}
                value={Math.min(spent, cap)}
              />
            )}
          </span>
        </div>
        <Editor cap={cap} onChange={onChange} />
      </div>
      <p class="section-word">{t("app.usage.cap.word")}</p>
    </section>
  );
}

function Editor({ cap, onChange }: { cap: number | null; onChange: CapProps["onChange"] }) {
  const [typed, type] = useState("");
  const [wrong, tell] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => type(cap === null ? "" : String(cap / 1_000_000)), [cap]);
  // No button is disabled or replaced meanwhile, since that would lose the focus.
  const save = async (micro: number | null): Promise<void> => {
    if (!(await saveSettings({ spendingCapMicroDollars: micro }))) return;
    haptic("success");
    announcement.value = t("app.saved");
    await onChange();
  };
  const remove = async (): Promise<void> => {
    await save(null);
    tell(false);
    if (hasKeyboard()) field.current?.focus();
  };
  const submit = (event: Event): void => {
    event.preventDefault();
    const micro = amount(typed);
    const fits = micro >= LEAST && micro <= MOST;
    tell(!fits);
    if (fits) void save(micro);
  };
  return (
    <form class="field cap" onSubmit={submit} noValidate>
      <label class="field-name" for="cap">
        {t("app.usage.cap")}
      </label>
      <input
        id="cap"
        ref={field}
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
      <button type="submit" class="text-button">
        {t(amount(typed) === cap ? "app.saved" : "app.save")}
      </button>
      {cap !== null && (
        <TextButton danger onClick={() => void remove()}>
          {t("app.usage.cap.remove")}
        </TextButton>
      )}
      <p id="cap-word" class="field-word" role="status">
        {wrong ? t("app.usage.cap.wrong", { least: money(LEAST), most: money(MOST) }) : ""}
      </p>
    </form>
  );
}
