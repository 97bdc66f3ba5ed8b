// The month's usage and cost of the person's answers, and their spending cap.
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { openConversation } from "../../actions/conversations.ts";
import { services } from "../../actions/services.ts";
import { settings } from "../../actions/settings.ts";
import type { UsageSum } from "../../api/index.ts";
import { formatNumber, t } from "../../i18n/index.ts";
import { attempt } from "../../state/failure.ts";
import { conversations, models } from "../../state/store.ts";
import { TextButton } from "../ui/controls.tsx";
import { utcDay } from "../ui/dates.ts";
import { money } from "../ui/money.ts";
import { Nothing } from "../ui/nothing.tsx";
import { useLoading } from "../ui/use-loading.tsx";
import { Cap } from "./spending-cap.tsx";

export function Usage() {
  const { found: used, load, instead } = useLoading(settings().usage);
  if (!used) return instead;
  return (
    <div class="screen">
      <Cap spending={used.spending} onChange={load} />
      {used.byDay.length === 0 && <Nothing icon="usage" words={t("app.usage.nothing")} />}
      <Sums of="models" sums={used.byModel} name={modelName} />
      <Sums of="days" sums={used.byDay} name={utcDay} />
      <Sums of="chats" sums={used.byConversation} name={(id) => <ChatName id={id} />} />
    </div>
  );
}

const modelName = (id: string) => (
  <bdi>{models.value.find((model) => model.id === id)?.name ?? id}</bdi>
);

/** A link to a conversation; loads its title if the list does not have it yet. */
function ChatName({ id }: { id: string }) {
  const known = conversations.value[id];
  const [title, tell] = useState(known?.title);
  const [gone, lose] = useState(false);
  useEffect(() => {
    if (known) return;
    void attempt(
      () => services().api.conversation(id),
      ({ code }) => lose(code === "conversation_not_found"),
    ).then((found) => found && tell(found.title));
  }, [id]);
  if (gone) return <>{t("app.usage.gone")}</>;
  return (
    <button type="button" class="link" dir="auto" onClick={() => openConversation(id)}>
      {known?.title ?? title ?? t("app.chats.untitled")}
    </button>
  );
}

const FIRST = 5;

interface SumsProps {
  of: "models" | "days" | "chats";
  sums: readonly UsageSum[];
  name: (key: string) => ComponentChildren;
}

/** Shares, with bars that repeat the numbers next to them. */
function Sums({ of, sums, name }: SumsProps) {
  const [all, showAll] = useState(false);
  if (!sums.length) return null;
  const costs = sums.some((sum) => sum.costMicroDollars);
  const weight = (sum: UsageSum): number =>
    costs ? sum.costMicroDollars : sum.inputTokens + sum.outputTokens;
  const most = Math.max(...sums.map(weight), 1);
  return (
    <section class="section">
      <h2 class="section-title">{t(`app.usage.${of}`)}</h2>
      <div class="card">
        <ul class="sums">
          {(all ? sums : sums.slice(0, FIRST)).map((sum) => (
            <li key={sum.key}>
              <span class="field-name">{name(sum.key)}</span>
              <span class="field-value">{money(sum.costMicroDollars)}</span>
              <span class="field-word">{counts(sum)}</span>
              <progress class="meter" aria-hidden="true" max={most} value={weight(sum)} />
            </li>
          ))}
        </ul>
        {sums.length > FIRST && (
          <TextButton onClick={() => showAll(!all)}>
            {all ? t("app.usage.fewer") : t("app.usage.all", { n: formatNumber(sums.length) })}
          </TextButton>
        )}
      </div>
      {of === "models" && <p class="section-word">{t("app.usage.prices")}</p>}
    </section>
  );
}

/** "Answers: 3 · tokens: 1,204 · partly estimated". */
function counts(sum: UsageSum): string {
  const numbers = {
    answers: formatNumber(sum.answers),
    tokens: formatNumber(sum.inputTokens + sum.outputTokens),
  };
  return t(sum.estimated ? "app.usage.counts.estimated" : "app.usage.counts", numbers);
}
