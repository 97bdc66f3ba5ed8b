// The log of all traffic with its filter.
import { useState } from "preact/hooks";
import { t, timeText } from "../boot.ts";
import { copy } from "../chat/press.ts";
import {
  CHANNELS,
  type Channel,
  clearLog,
  filterText,
  isHidden,
  type Row,
  rows,
  shownRows,
  toggleChannel,
} from "../log.ts";

export function LogTab() {
  return (
    <section class="log" aria-label={t("tools.log")}>
      <Filter />
      <Rows />
    </section>
  );
}

function Filter() {
  return (
    <div class="log-filter">
      <div class="one-line">
        <label class="field">
          <span>{t("log.filter")}</span>
          <input
            type="search"
            value={filterText.value}
            onInput={(event) => (filterText.value = event.currentTarget.value)}
          />
        </label>
        <button type="button" class="secondary" onClick={clearLog}>
          {t("log.clear")}
        </button>
      </div>
      <div class="chips" role="group" aria-label={t("log.channels")}>
        {CHANNELS.map((channel) => (
          <button
            key={channel}
            type="button"
            class="chip"
            aria-pressed={!isHidden(channel)}
            onClick={() => toggleChannel(channel)}
          >
            {t(`log.${channel}`)}
          </button>
        ))}
      </div>
      <p class="facts" role="status">
        {t("log.count", { shown: shownRows.value.length, all: rows.value.length })}
      </p>
    </div>
  );
}

/** Newest first, so that an expected row is always in view. */
function Rows() {
  const newest = [...shownRows.value].reverse();
  return (
    <ol class="log-rows">
      {newest.map((row) => (
        <LogRow key={row.key} row={row} />
      ))}
    </ol>
  );
}

const ARROWS: Readonly<Record<Channel, string>> = {
  toClient: "↑",
  toApp: "↓",
  call: "→",
  update: "←",
  page: "•",
};

function LogRow({ row }: { row: Row }) {
  const [open, setOpen] = useState(false);
  const time = timeText(row.at, {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  });
  return (
    <li class={`log-row from-${row.channel} ${row.ok ? "" : "bad"}`}>
      <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
        <time>{time}</time>
        <span class="log-arrow" role="img" aria-label={t(`log.${row.channel}`)}>
          {ARROWS[row.channel]}
        </span>
        <span class="log-name">{row.name}</span>
        <span class="log-note">{row.note}</span>
      </button>
      {open && <Detail row={row} />}
    </li>
  );
}

function Detail({ row }: { row: Row }) {
  const text = [row.data, row.answer]
    .filter((part) => part !== undefined && part !== null)
    .map(pretty)
    .join("\n→ ");
  return (
    <div class="log-detail">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keys */}
      <pre tabIndex={0} role="region" aria-label={row.name} dir="ltr">
        {text || "—"}
      </pre>
      <button type="button" class="quiet" onClick={() => void copy(text)}>
        {t("chat.copy")}
      </button>
    </div>
  );
}

const LONGEST = 20_000;

function pretty(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value, null, 2) ?? "");
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
