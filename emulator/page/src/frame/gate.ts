// How a client of a certain version interprets a message from the app: a known call, or nothing.
import { isMethod, METHODS, type MethodName, type MethodSpec } from "./methods.ts";
import { atLeast } from "./versions.ts";

export type Fields = Readonly<Record<string, unknown>>;

export interface Call {
  kind: "call";
  method: MethodName;
  data: Fields;
  /** Fields that the app sent and this version does not know yet. */
  dropped: string[];
}

export interface Ignored {
  kind: "ignored";
  name: string;
  data: unknown;
  reason: "unknown" | "version";
  needs?: string;
}

export interface Message {
  name: string;
  data: unknown;
}

/** The message in the data of postMessage, or null if it is not of the protocol. Apps send a JSON
 * string `{eventType, eventData}`; undefined data arrives as "". */
export function parseMessage(raw: unknown): Message | null {
  if (typeof raw !== "string") return null;
  let parsed: unknown;
  try {
    parsed = JSON.parse(raw);
  } catch {
    return null;
  }
  if (!isFields(parsed) || typeof parsed.eventType !== "string") return null;
  return { name: parsed.eventType, data: parsed.eventData };
}

/** Decides like a client of `version`: older clients do not know newer methods. */
export function admit(message: Message, version: string): Call | Ignored {
  const { name } = message;
  if (!isMethod(name)) return { kind: "ignored", ...message, reason: "unknown" };
  const spec: MethodSpec = METHODS[name];
  if (!atLeast(version, spec.since)) {
    return { kind: "ignored", ...message, reason: "version", needs: spec.since };
  }
  return { kind: "call", method: name, ...known(message.data, spec, version) };
}

function known(data: unknown, spec: MethodSpec, version: string) {
  const all = isFields(data) ? Object.entries(data) : [];
  const isKnown = ([field]: [string, unknown]) => {
    const since = spec.fields?.[field];
    return since === undefined || atLeast(version, since);
  };
  return {
    data: Object.fromEntries(all.filter(isKnown)),
    dropped: all.filter((entry) => !isKnown(entry)).map(([field]) => field),
  };
}

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The field as text, or null if it is not text. */
export function textIn(data: Fields, field: string): string | null {
  const value = data[field];
  return typeof value === "string" ? value : null;
}

/** The field as a finite number, or null. */
export function numberIn(data: Fields, field: string): number | null {
  const value = data[field];
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

/** The field if it is a boolean, else `otherwise`. */
export function flagIn(data: Fields, field: string, otherwise = false): boolean {
  const value = data[field];
  return typeof value === "boolean" ? value : otherwise;
}
