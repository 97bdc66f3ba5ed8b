// A person's payments, newest first, and the links of unopened gifts.
import { payments } from "../../actions/billing.ts";
import { showToast } from "../../actions/toast.ts";
import type { Payment } from "../../api/index.ts";
import { haptic } from "../../bridge/index.ts";
import { formatNumber, t } from "../../i18n/index.ts";
import { copyText } from "../../markdown/copy.ts";
import { announcement } from "../../state/store.ts";
import { TextButton } from "../ui/controls.tsx";
import { dateOrNothing } from "../ui/dates.ts";
import { Icon } from "../ui/icons.tsx";
import { Nothing } from "../ui/nothing.tsx";
import { Row, Section, Tile } from "../ui/row.tsx";
import { useLoading } from "../ui/use-loading.tsx";

export function Payments() {
  const { found, instead } = useLoading(payments);
  if (!found) return instead;
  return (
    <div class="screen">
      {found.items.length ? (
        <Section word={t("app.plans.support")}>
          {found.items.map((payment) => (
            <Line key={payment.chargeId} payment={payment} />
          ))}
        </Section>
      ) : (
        <Nothing icon="receipt" words={t("app.payments.none")} />
      )}
      <Section>
        <Row icon="star" tint="amber" name={t("app.quota.more")} opens={{ name: "plans" }} />
      </Section>
    </div>
  );
}

function Line({ payment }: { payment: Payment }) {
  const { chargeId, name, stars, giftLink, giftState } = payment;
  const waits = giftLink !== null && giftState === "waiting";
  return (
    <div class="field payment">
      <Tile icon={giftState ? "gift" : "star"} tint={giftState ? "pink" : "amber"} />
      <span class="field-words">
        <span class="field-name">{name || t("app.payments.unknown")}</span>
        <span class="field-word">{details(payment)}</span>
        <button
          type="button"
          class="field-word charge"
          aria-label={t("app.payments.id.copy")}
          onClick={() => void copy(chargeId)}
        >
          <bdi>{chargeId}</bdi>
          <Icon name="copy" />
        </button>
        {waits && (
          <TextButton onClick={() => void copy(giftLink)}>{t("app.payments.gift.copy")}</TextButton>
        )}
      </span>
      <span class="plan-price">
        <Icon name="star" />
        <span class="sr-only">{t("app.plans.stars")}</span>
        {formatNumber(stars)}
      </span>
    </div>
  );
}

/** "3 December 2026 · Open until 2 January". */
function details({
  paidAt,
  state,
  refundedAt,
  opensUntil,
  messagesLeft,
  giftState,
}: Payment): string {
  const what =
    state === "refunded"
      ? t("app.payments.refunded", { date: dateOrNothing(refundedAt) })
      : state === "unmatched"
        ? t("app.payments.unmatched")
        : giftState
          ? t(`app.payments.gift.${giftState}`)
          : messagesLeft !== null
            ? t("app.payments.pack", { left: formatNumber(messagesLeft) })
            : opensUntil
              ? t("app.payments.until", { date: dateOrNothing(opensUntil) })
              : "";
  return [dateOrNothing(paidAt), what].filter(Boolean).join(" · ");
}

async function copy(text: string): Promise<void> {
  if (!(await copyText(text))) {
    return showToast({ title: t("app.copy.failed.title"), detail: t("app.copy.failed.detail") });
  }
  haptic("success");
  announcement.value = t("app.copy.done");
  showToast({ title: t("app.copy.done"), detail: text });
}
