// Figures of all people: charts by day, models, sales, plans, and how many stay.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { services } from "../../actions/services.ts";
import { consoleApi } from "../../api/console.ts";
import type { Figures } from "../../api/index.ts";
import { formatNumber, t } from "../../i18n/index.ts";
import { utcDay } from "../ui/dates.ts";
import { money } from "../ui/money.ts";
import { Section } from "../ui/row.tsx";
import { useLoading } from "../ui/use-loading.tsx";

type Day = Figures["days"][number];

const RANGES = [7, 30, 90];
const stars = (n: number): string => `\u2066${formatNumber(n)} ★\u2069`;
const CHARTS: readonly (readonly [string, (day: Day) => number, (sum: number) => string])[] = [
  ["people", (day) => day.people, formatNumber],
  ["fresh", (day) => day.newPeople, formatNumber],
  ["answers", (day) => day.answers, formatNumber],
  ["failed", (day) => day.failed, formatNumber],
  ["cost", (day) => day.costMicroDollars, money],
  ["stars", (day) => day.stars, stars],
  ["margin", (day) => day.marginMicroDollars, money],
];

export function Sums() {
  const [days, choose] = useState(7);
  return (
    <>
      <div class="version-tabs ranges">
        {RANGES.map((range) => (
          <button
            key={range}
            type="button"
            class="version-tab"
            aria-pressed={range === days}
            onClick={() => choose(range)}
          >
            {t("app.console.figures.range", { n: formatNumber(range) })}
          </button>
        ))}
      </div>
      <Range key={days} days={days} />
    </>
  );
}

function Range({ days: asked }: { days: number }) {
  const { found, instead } = useLoading(() => consoleApi(services().api).figures(asked));
  if (!found) return instead;
  const { days, models, sales, plans, funnel, retention } = found;
  return (
    <>
      <Section word={t("app.console.days.word")}>
        <ul class="sums">
          {CHARTS.map(([name, of, show]) => (
            <Chart key={name} name={name} values={days.map(of)} show={show} />
          ))}
        </ul>
      </Section>
      <List title={t("app.console.funnel")}>
        {(["came", "asked", "returned", "paid"] as const).map((step) => (
          <Sum
            key={step}
            name={t(`app.console.funnel.${step}`)}
            value={formatNumber(funnel[step])}
            part={funnel[step] / (funnel.came || 1)}
          />
        ))}
      </List>
      <List title={t("app.console.retention")}>
        {retention.map(({ afterDays, came, stayed }) => (
          <Sum
            key={afterDays}
            name={t("app.console.retention.after", { n: formatNumber(afterDays) })}
            value={t("app.console.retention.of", {
              n: formatNumber(stayed),
              all: formatNumber(came),
            })}
            part={stayed / (came || 1)}
          />
        ))}
      </List>
      <List title={t("app.usage.models")}>
        {models.map((model) => (
          <Sum
            key={model.modelId}
            name={<bdi>{model.modelId}</bdi>}
            value={money(model.costMicroDollars)}
          >
            <span class="field-word">
              {t("app.console.answers", { n: formatNumber(model.answers) })}
            </span>
          </Sum>
        ))}
      </List>
      <List title={t("app.console.chart.stars")}>
        {sales.map((one) => (
          <Sum key={one.kind} name={<bdi>{one.kind}</bdi>} value={stars(one.stars)} />
        ))}
      </List>
      <List title={t("app.console.plans")}>
        {plans.map(({ planId, source, people }) => (
          <Sum
            key={planId + source}
            name={<bdi>{`${planId} · ${source}`}</bdi>}
            value={formatNumber(people)}
          />
        ))}
      </List>
      <List title={t("app.console.days")}>
        {[...days].reverse().map((day) => (
          <Sum key={day.day} name={utcDay(day.day)} value={money(day.costMicroDollars)}>
            <span class="field-word">{counts(day)}</span>
          </Sum>
        ))}
      </List>
    </>
  );
}

function List({ title, children }: { title: string; children: readonly ComponentChildren[] }) {
  if (!children.length) return null;
  return (
    <Section title={title}>
      <ul class="sums">{children}</ul>
    </Section>
  );
}

interface SumProps {
  name: ComponentChildren;
  value: string;
  /** Of a whole, as a bar that only repeats the value. */
  part?: number;
  children?: ComponentChildren;
}

function Sum({ name, value, part, children }: SumProps) {
  return (
    <li>
      <span class="field-name">{name}</span>
      <span class="field-value">{value}</span>
      {children}
      {part !== undefined && <progress class="meter" aria-hidden="true" value={part} />}
    </li>
  );
}

interface ChartProps {
  name: string;
  values: readonly number[];
  show: (sum: number) => string;
}

/** One bar a day, the oldest first, and the sum; people are a mean, since days share them. */
function Chart({ name, values, show }: ChartProps) {
  const sum = values.reduce((all, one) => all + one, 0);
  const top = Math.max(...values, 0);
  const high = top - Math.min(...values, 0) || 1;
  return (
    <li>
      <span class="field-name">{t(`app.console.chart.${name}`)}</span>
      <span class="field-value">
        {show(name === "people" ? Math.round(sum / values.length) : sum)}
      </span>
      <svg
        class="bars"
        viewBox={`0 0 ${values.length} ${high}`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        {values.map((one, at) => (
          <rect
            key={at}
            class={one < 0 ? "below" : ""}
            x={at + 0.1}
            width="0.8"
            y={top - Math.max(one, 0)}
            height={Math.abs(one)}
          />
        ))}
      </svg>
    </li>
  );
}

const counts = (day: Day): string =>
  t("app.console.day", {
    people: formatNumber(day.people),
    fresh: formatNumber(day.newPeople),
    answers: formatNumber(day.answers),
    failed: formatNumber(day.failed),
    stars: formatNumber(day.stars),
  });
