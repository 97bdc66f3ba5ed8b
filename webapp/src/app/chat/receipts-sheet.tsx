// An answer's receipts: one per attempt, with the exact body, verified here.
import { useState } from "preact/hooks";
import { services } from "../../actions/services.ts";
import { showToast } from "../../actions/toast.ts";
import type { Receipt } from "../../api/index.ts";
import { receiptsApi } from "../../api/receipts.ts";
import { formatNumber, t } from "../../i18n/index.ts";
import { attempt } from "../../state/failure.ts";
import { closeScreen, openedScreen } from "../../state/navigation.ts";
import { type Agreement, checkHash, type ShownBody, showBody } from "../../state/receipt-check.ts";
import { TextButton } from "../ui/controls.tsx";
import { moment } from "../ui/moment.ts";
import { money } from "../ui/money.ts";
import { policyLines } from "../ui/policy-lines.ts";
import { Sheet } from "../ui/sheet.tsx";
import { useLoading } from "../ui/use-loading.tsx";

const api = () => receiptsApi(services().api);

export function ReceiptsSheet() {
  const messageId = openedScreen("receipts")?.messageId ?? "";
  const { found, instead } = useLoading(async () => (await api().receipts(messageId)).items);
  return (
    <Sheet title={t("app.receipts.title")} onClose={() => closeScreen("receipts")}>
      <div class="receipts">
        {found ? null : instead}
        {found?.length === 0 && <p>{t("app.receipts.none")}</p>}
        {found?.map((one) => (
          <Attempt key={one.id} receipt={one} />
        ))}
        <p class="fine-print">{t("app.receipts.proves")}</p>
      </div>
    </Sheet>
  );
}

interface Checked {
  body: ShownBody;
  agreement: Agreement;
}

function Attempt({ receipt }: { receipt: Receipt }) {
  const [checked, put] = useState<Checked | null>(null);
  const load = async (): Promise<void> => {
    const bytes = await attempt(() => api().body(receipt.id), showToast);
    if (!bytes) return;
    put({ body: showBody(bytes), agreement: await checkHash(bytes, receipt.sha256) });
  };
  return (
    <section class="receipt">
      <h3>{t(`app.receipts.purpose.${purposeOf(receipt)}`)}</h3>
      <ul>
        <li>
          {t("app.receipts.to")} <bdi>{receipt.model}</bdi>, <bdi>{receipt.endpoint}</bdi>
        </li>
        {factsOf(receipt).map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      {checked ? (
        <Body checked={checked} receipt={receipt} />
      ) : (
        <TextButton onClick={() => void load()}>{t("app.receipts.show")}</TextButton>
      )}
    </section>
  );
}

function Body({ checked, receipt }: { checked: Checked; receipt: Receipt }) {
  const { body, agreement } = checked;
  const [isRaw, showRaw] = useState(body.pretty === null);
  return (
    <>
      <p class={`agreement ${agreement}`} role="status">
        {t(`app.receipts.${agreement}`)}
      </p>
      <p class="hash">
        <bdi dir="ltr">SHA-256 {receipt.sha256}</bdi>
      </p>
      {body.pretty !== null && (
        <TextButton onClick={() => showRaw(!isRaw)}>
          {t(isRaw ? "app.receipts.pretty" : "app.receipts.raw")}
        </TextButton>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keys */}
      <pre dir="ltr" tabIndex={0}>
        {isRaw ? body.raw : body.pretty}
      </pre>
      {body.cut && <p class="fine-print">{t("app.receipts.cut")}</p>}
    </>
  );
}

const PURPOSES = ["title", "suggestions", "speech", "claims", "check"] as const;

function purposeOf({ purpose }: Receipt): (typeof PURPOSES)[number] | "answer" {
  return PURPOSES.find((known) => known === purpose) ?? "answer";
}

/** What it used and cost, once that is known. */
function usedOf({ inputTokens, outputTokens, costMicroDollars: cost }: Receipt): string {
  if (inputTokens === null || outputTokens === null) return "";
  const tokens = t("app.receipts.tokens", {
    sent: formatNumber(inputTokens),
    back: formatNumber(outputTokens),
  });
  return cost ? `${tokens} · ${money(cost)}` : tokens;
}

/** When, how much, how it ended, and the provider's data policy. */
function factsOf(receipt: Receipt): string[] {
  const { outcome, zeroDataRetention: zero } = receipt;
  const ended =
    outcome === null
      ? "running"
      : outcome === "stop"
        ? "done"
        : outcome === "unknown"
          ? "unknown"
          : "failed";
  return [
    moment(receipt.at, new Date()),
    t("app.receipts.bytes", { bytes: formatNumber(receipt.bytes) }),
    t("app.receipts.holds", {
      messages: formatNumber(receipt.messageIds.length),
      files: formatNumber(receipt.fileIds.length),
    }),
    t(`app.receipts.outcome.${ended}`, { code: outcome ?? "" }),
    usedOf(receipt),
    ...policyLines({ policy: receipt.claims }),
    zero === null ? "" : t(zero ? "app.receipts.zero.yes" : "app.receipts.zero.no"),
  ].filter(Boolean);
}
