// The log: the frame's protocol in both directions, Bot API calls, updates and actions.
import { computed, signal } from "@preact/signals";
import { isText, kept } from "./keep.ts";
import type { TrafficEntry } from "./world/types.ts";

export const MOST_ROWS = 500;

/** The source of a row: two directions of the frame, three of the server. */
export const CHANNELS = ["toClient", "toApp", "call", "update", "page"] as const;
export type Channel = (typeof CHANNELS)[number];

export interface Row {
  key: string;
  at: number;
  channel: Channel;
  name: string;
  ok: boolean;
  note: string;
  data: unknown;
  answer: unknown;
}

/** `rows` with `row` added at the end, at most `most`. */
export function append(rows: readonly Row[], row: Row, most = MOST_ROWS): Row[] {
  const over = rows.length + 1 - most;
  return over > 0 ? [...rows.slice(over), row] : [...rows, row];
}

/** The rows of the visible channels whose name, note or data contain `text`. */
export function filterRows(rows: readonly Row[], text: string, hidden: ReadonlySet<string>): Row[] {
  const wanted = text.trim().toLowerCase();
  return rows.filter((row) => !hidden.has(row.channel) && (!wanted || holds(row, wanted)));
}

function holds(row: Row, wanted: string): boolean {
  if (`${row.name} ${row.note}`.toLowerCase().includes(wanted)) return true;
  return JSON.stringify([row.data, row.answer]).toLowerCase().includes(wanted);
}

export const rows = signal<Row[]>([]);
export const filterText = signal("");
export const hiddenChannels = kept("log.hidden", "", isText);
const hidden = computed(() => new Set(hiddenChannels.value.split(" ")));
export const shownRows = computed(() => filterRows(rows.value, filterText.value, hidden.value));
export const isHidden = (channel: Channel) => hidden.value.has(channel);

/** Shows or hides one channel. */
export function toggleChannel(channel: Channel): void {
  const next = CHANNELS.filter((one) => hidden.value.has(one) !== (one === channel));
  hiddenChannels.value = next.join(" ");
}

let count = 0;

/** Adds a row about the frame's protocol; returns its key, for `annotate`. */
export function logFrame(
  channel: "toClient" | "toApp",
  name: string,
  data: unknown,
  note = "",
  ok = true,
): string {
  count += 1;
  const key = `frame-${count}`;
  const row = { key, at: Date.now(), channel, name, ok, note, data, answer: undefined };
  rows.value = append(rows.value, row);
  return key;
}

/** Adds the result to an earlier row. */
export function annotate(key: string, note: string, ok: boolean): void {
  rows.value = rows.value.map((row) => (row.key === key ? { ...row, note, ok } : row));
}

/** Adds a row from the server. */
export function logTraffic(entry: TrafficEntry): void {
  const key = `traffic-${entry.id}`;
  if (rows.value.some((row) => row.key === key)) return;
  rows.value = append(rows.value, {
    key,
    at: Date.parse(entry.at),
    channel: entry.direction === "client" ? "page" : entry.direction,
    name: entry.name,
    ok: entry.ok,
    note: [
      entry.status,
      `${Math.round(entry.milliseconds)} ms`,
      ...(entry.ignored.length > 0 ? [`ignored: ${entry.ignored.join(", ")}`] : []),
    ].join(" · "),
    data: entry.request,
    answer: entry.response,
  });
}

export function clearLog(): void {
  rows.value = [];
}
