// Partners' statements of a month: read, send as files to the operator's chat, close, pay out.
import { useState } from "preact/hooks";
import { services } from "../../actions/services.ts";
import { showNotice, showToast } from "../../actions/toast.ts";
import { consoleApi } from "../../api/console.ts";
import type { MonthBooks, StatementShown } from "../../api/index.ts";
import { confirm } from "../../bridge/dialogs.ts";
import { t } from "../../i18n/index.ts";
import { attempt } from "../../state/failure.ts";
import { TextButton } from "../ui/controls.tsx";
import { Row, Section } from "../ui/row.tsx";
import { confirmInChat } from "./console-confirm.ts";

const api = () => consoleApi(services().api);
const thisMonth = (): string => new Date().toISOString().slice(0, 7);

export function Statements() {
  const [month, type] = useState(thisMonth);
  const [books, show] = useState<MonthBooks | null>(null);
  const look = async (): Promise<void> => {
    show((await attempt(() => api().statements(month), showToast)) ?? null);
  };
  const close = async (): Promise<void> => {
    const title = t("app.console.statements.close");
    const message = t("app.console.statements.close.sure");
    const sure = await confirm({ title, message, yes: title, destructive: true }).catch(
      () => false,
    );
    if (sure && (await confirmInChat(() => api().closeMonth(month)))) await look();
  };
  const open = books !== null && books.month > books.closedThrough;
  return (
    <Section>
      <div class="field">
        <input
          class="amount"
          aria-label={t("app.console.statements.month")}
          placeholder={thisMonth()}
          value={month}
          onInput={(event) => type(event.currentTarget.value)}
        />
        <TextButton disabled={!/^\d{4}-\d{2}$/.test(month)} onClick={() => void look()}>
          {t("app.console.statements.show")}
        </TextButton>
      </div>
      {books?.statements.length === 0 && <p class="nothing">{t("app.console.statements.none")}</p>}
      {books?.statements.map((one) => (
        <PartnerMonth key={one.partner} statement={one} onPaid={look} />
      ))}
      {open && <Row danger name={t("app.console.statements.close")} onClick={() => void close()} />}
    </Section>
  );
}

interface PartnerMonthProps {
  statement: StatementShown;
  onPaid: () => Promise<void>;
}

function PartnerMonth({ statement, onPaid }: PartnerMonthProps) {
  const { partner, month } = statement;
  const state = statement.closedAt ? "closed" : "open";
  const send = (): Promise<unknown> =>
    attempt(async () => {
      await api().sendStatement(month, partner);
      showNotice(t("app.console.statements.sent"));
      return true;
    }, showToast);
  return (
    <>
      <Row
        name={statement.name}
        word={`${statement.state} · ${t(`app.console.statements.${state}`)}`}
      />
      <ul class="sums">
        {statement.lines.map((line) => (
          <li key={line.key}>
            <span class="field-name">{line.label}</span>
            <span class="field-value">
              <bdi>
                {[line.stars && `${line.stars} ★`, line.dollars && `$${line.dollars}`]
                  .filter(Boolean)
                  .join(" · ")}
              </bdi>
            </span>
          </li>
        ))}
      </ul>
      <Row name={t("app.console.statements.send")} onClick={() => void send()} />
      <Payout partner={partner} onPaid={onPaid} />
    </>
  );
}

function Payout({ partner, onPaid }: { partner: string; onPaid: () => Promise<void> }) {
  const [stars, type] = useState("");
  const [reference, name] = useState("");
  const book = async (): Promise<void> => {
    if (await confirmInChat(() => api().payOut(partner, Number(stars), reference))) await onPaid();
  };
  return (
    <div class="field lines">
      <input
        class="amount"
        inputMode="numeric"
        aria-label={t("app.console.payout.amount")}
        placeholder={t("app.console.payout.amount")}
        value={stars}
        onInput={(event) => type(event.currentTarget.value)}
      />
      <input
        class="amount"
        aria-label={t("app.console.payout.reference")}
        placeholder={t("app.console.payout.reference")}
        maxLength={100}
        value={reference}
        onInput={(event) => name(event.currentTarget.value)}
      />
      <TextButton
        disabled={!/^-?[1-9]\d*$/.test(stars) || !reference.trim()}
        onClick={() => void book()}
      >
        {t("app.console.payout")}
      </TextButton>
    </div>
  );
}
