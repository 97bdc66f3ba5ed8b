// One person's account in the operator's console, with its actions. Never their texts.
import { useState } from "preact/hooks";
import { services } from "../../actions/services.ts";
import { showToast } from "../../actions/toast.ts";
import { consoleApi } from "../../api/console.ts";
import type { ConsoleShown, PersonCard } from "../../api/index.ts";
import { uuid7 } from "../../api/uuid7.ts";
import { confirm } from "../../bridge/dialogs.ts";
import { formatNumber, t } from "../../i18n/index.ts";
import { attempt } from "../../state/failure.ts";
import { TextButton } from "../ui/controls.tsx";
import { utcDay } from "../ui/dates.ts";
import { money } from "../ui/money.ts";
import { Row, Section } from "../ui/row.tsx";
import { confirmInChat } from "./console-confirm.ts";
import { PersonLooks } from "./console-looks.tsx";

type Role = ConsoleShown["role"];

const DAYS = 30;
const CREDITS = 50;

const api = () => consoleApi(services().api);

export function ConsolePerson({ role }: { role: Role }) {
  const [sought, type] = useState("");
  const [card, show] = useState<PersonCard | null>(null);
  const find = async (): Promise<void> => {
    show((await attempt(() => api().find(sought.trim()), showToast)) ?? null);
  };
  const again = async (id: number): Promise<void> => {
    show((await attempt(() => api().person(id), showToast)) ?? card);
  };
  return (
    <>
      <Section word={t("app.console.person.word")}>
        <div class="field">
          <input
            class="amount"
            dir="auto"
            autocapitalize="none"
            autocomplete="off"
            spellcheck={false}
            maxLength={256}
            aria-label={t("app.console.person.id")}
            placeholder={t("app.console.person.id")}
            value={sought}
            onInput={(event) => type(event.currentTarget.value)}
          />
          <TextButton disabled={!sought.trim()} onClick={() => void find()}>
            {t("app.console.person.find")}
          </TextButton>
        </div>
        {card && <Account card={card} />}
      </Section>
      {card && <Acts key={card.userId} card={card} role={role} show={show} />}
      {card && <Use card={card} />}
      {card && (role === "owner" || role === "support") && (
        <PersonLooks key={card.userId} person={card.userId} />
      )}
      {card && (role === "owner" || role === "finance") && (
        <Payments card={card} onDone={() => again(card.userId)} />
      )}
    </>
  );
}

function Account({ card }: { card: PersonCard }) {
  const until = card.until ? ` · ${utcDay(card.until)}` : "";
  const today = {
    used: formatNumber(card.used),
    limit: formatNumber(card.limit),
    credits: formatNumber(card.credits),
  };
  return (
    <div class="field">
      <span class="field-words">
        <span class="field-name">
          <bdi>{card.planId}</bdi>
          {until}
        </span>
        <span class="field-word">
          <bdi>{String(card.userId)}</bdi>
        </span>
        <span class="field-word">{t("app.console.person.today", today)}</span>
        {card.bannedUntil && (
          <span class="field-word">
            {t("app.console.banned", { date: utcDay(card.bannedUntil) })}
          </span>
        )}
        {card.waitingRequests + card.waitingCases > 0 && (
          <span class="field-word">
            {t("app.console.person.waiting", {
              requests: formatNumber(card.waitingRequests),
              cases: formatNumber(card.waitingCases),
            })}
          </span>
        )}
      </span>
    </div>
  );
}

interface ActsProps {
  card: PersonCard;
  role: Role;
  show: (card: PersonCard) => void;
}

function Acts({ card, role, show }: ActsProps) {
  if (role !== "owner" && role !== "support") return null;
  const look = async (): Promise<void> => {
    const after = await attempt(() => api().person(card.userId), showToast);
    if (after) show(after);
  };
  const act = async (name: "given" | "taken" | "ban", body: object): Promise<void> => {
    if (await confirmInChat(() => api().ask(card.userId, name, body))) await look();
  };
  const limit = async (messages: number | null): Promise<void> => {
    const after = await attempt(() => api().limit(card.userId, messages), showToast);
    if (after) show(after);
  };
  const unban = async (): Promise<void> => {
    const after = await attempt(() => api().unban(card.userId), showToast);
    if (after) show(after);
  };
  const sure = (title: string): Promise<boolean> =>
    confirm({
      title,
      message: t("app.console.sure", { id: String(card.userId) }),
      yes: title,
      destructive: true,
    }).catch(() => false);
  const take = async (planId: string | null, title: string): Promise<void> => {
    if (await sure(title)) await act("taken", { planId, confirmed: true });
  };
  const ban = async (): Promise<void> => {
    if (await sure(t("app.console.ban"))) await act("ban", { days: 0, confirmed: true });
  };
  const plan = "premium";
  return (
    <Section>
      <Row
        name={t("app.console.give.plan", { n: formatNumber(DAYS) })}
        onClick={() => void act("given", { id: uuid7(), planId: plan, days: DAYS })}
      />
      <Row
        name={t("app.console.give.credits", { n: formatNumber(CREDITS) })}
        onClick={() => void act("given", { id: uuid7(), credits: CREDITS })}
      />
      <Row
        name={t("app.console.take.plan")}
        onClick={() => void take(plan, t("app.console.take.plan"))}
      />
      <Row
        name={t("app.console.take.credits")}
        onClick={() => void take(null, t("app.console.take.credits"))}
      />
      <DayLimit limit={card.dailyLimit} onLimit={(messages) => void limit(messages)} />
      {card.bannedUntil ? (
        <Row name={t("app.console.unban")} onClick={() => void unban()} />
      ) : (
        <Row danger name={t("app.console.ban")} onClick={() => void ban()} />
      )}
    </Section>
  );
}

interface DayLimitProps {
  limit: number | null;
  onLimit: (messages: number | null) => void;
}

function DayLimit({ limit, onLimit }: DayLimitProps) {
  const [typed, type] = useState(limit === null ? "" : String(limit));
  const label = t("app.console.limit");
  const wanted = /^\d{1,5}$/.test(typed.trim()) ? Number(typed) : null;
  const lifts = wanted === null && limit !== null;
  return (
    <div class="field lines">
      <input
        class="amount"
        inputMode="numeric"
        aria-label={label}
        placeholder={label}
        value={typed}
        onInput={(event) => type(event.currentTarget.value)}
      />
      <TextButton disabled={wanted === null && !lifts} onClick={() => onLimit(wanted)}>
        {t(`app.console.limit.${lifts ? "lift" : "set"}`)}
      </TextButton>
    </div>
  );
}

/** What the person used in the last thirty days. */
function Use({ card }: { card: PersonCard }) {
  if (!card.usage.length) return null;
  return (
    <Section title={t("app.console.figures.range", { n: formatNumber(DAYS) })}>
      <ul class="sums">
        {card.usage.map((one) => (
          <li key={one.modelId}>
            <span class="field-name">
              <bdi>{one.modelId}</bdi>
            </span>
            <span class="field-value">{money(one.costMicroDollars)}</span>
            <span class="field-word">
              {t("app.console.answers", { n: formatNumber(one.answers) })}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Payments({ card, onDone }: { card: PersonCard; onDone: () => Promise<void> }) {
  const refund = async (chargeId: string): Promise<void> => {
    const sure = await confirm({
      title: t("app.console.refund"),
      message: t("app.console.sure", { id: String(card.userId) }),
      yes: t("app.console.refund"),
      destructive: true,
    }).catch(() => false);
    if (!sure) return;
    if (await confirmInChat(() => api().refund(chargeId))) await onDone();
  };
  if (!card.payments.length) return null;
  return (
    <Section title={t("app.payments.title")}>
      {card.payments.map((paid) => (
        <Row
          key={paid.chargeId}
          name={`${formatNumber(paid.stars)} ★`}
          word={utcDay(paid.paidAt)}
          value={paid.state === "paid" ? t("app.console.refund") : paid.state}
          onClick={() => void (paid.state === "paid" && refund(paid.chargeId))}
        />
      ))}
    </Section>
  );
}
