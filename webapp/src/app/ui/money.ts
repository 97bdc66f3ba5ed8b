// Micro-dollars and counts as people read and write them.
import { formatNumber, language } from "../../i18n/index.ts";

const MICRO = 1_000_000;
const CENT = 10_000;

/** "$1.20"; what is less than a cent is told to the last digit, not rounded to nothing. */
export function money(micro: number): string {
  const most = micro < CENT ? 6 : 2;
  const text = new Intl.NumberFormat(language(), {
    style: "currency",
    currency: "USD",
    currencyDisplay: "narrowSymbol",
    minimumFractionDigits: micro ? 2 : 0,
    maximumFractionDigits: most,
  }).format(micro / MICRO);
  // Read from the left wherever it stands: signs and digits must not be torn apart.
  return `\u2066${text}\u2069`;
}

/** Micro-dollars out of what somebody typed, with their own digits and decimal sign; NaN if it
 *  is no amount. */
export function amount(typed: string): number {
  const ascii = typed
    // Both kinds of Arabic digits end in their value.
    .replace(/[٠-٩۰-۹]/g, (digit) => String(digit.charCodeAt(0) & 15))
    .replace(/[\s$\u200e\u200f]/g, "")
    .replace(/[,٫]/, ".");
  return /^\d+(\.\d{0,6})?$/.test(ascii) ? Math.round(Number(ascii) * MICRO) : NaN;
}

/** Counts by name, for a text's placeholders. */
export const formatNumbers = (counts: Record<string, number>): Record<string, string> =>
  Object.fromEntries(Object.entries(counts).map(([name, n]) => [name, formatNumber(n)]));
