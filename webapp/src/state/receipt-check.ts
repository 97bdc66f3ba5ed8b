// Verifies a receipt in the browser, without trusting the server.

/** `unable` where the browser has no WebCrypto, as on pages that did not come over HTTPS. */
export type Agreement = "agrees" | "differs" | "unable";

/** Whether the bytes have this SHA-256, in hex. */
export async function checkHash(
  bytes: Uint8Array<ArrayBuffer>,
  sha256: string,
): Promise<Agreement> {
  const subtle = globalThis.crypto?.subtle;
  if (!subtle) return "unable";
  const digest = new Uint8Array(await subtle.digest("SHA-256", bytes));
  const hex = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex === sha256 ? "agrees" : "differs";
}

/** A body to be looked at: `raw` as it was sent, `pretty` where it is JSON. More than `limit`
 * characters of either are cut, which `cut` says. */
export interface ShownBody {
  raw: string;
  pretty: string | null;
  cut: boolean;
}

const LIMIT = 200_000;
/** Longer strings in JSON are pictures or files, which nobody reads. */
const LONG_STRING = 20_000;

export function showBody(bytes: Uint8Array, limit = LIMIT): ShownBody {
  const raw = new TextDecoder().decode(bytes);
  const pretty = prettyJson(raw);
  return {
    raw: raw.slice(0, limit),
    pretty: pretty?.slice(0, limit) ?? null,
    cut: raw.length > limit || (pretty?.length ?? 0) > limit,
  };
}

function prettyJson(text: string): string | null {
  try {
    return JSON.stringify(JSON.parse(text), shortened, 2);
  } catch {
    return null;
  }
}

function shortened(_: string, value: unknown): unknown {
  if (typeof value !== "string" || value.length <= LONG_STRING) return value;
  return `${value.slice(0, 100)}… (${value.length})`;
}
