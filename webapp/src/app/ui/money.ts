// Formats and parses micro-dollars and counts.
import { formatNumber, language } from "../../i18n/index.ts";

const MICRO = 1_000_000;
const CENT = 10_000;

/** "$1.20"; amounts below a cent keep all digits instead of being rounded to zero. */
export function money(micro: number): string {
  const most = micro < CENT ? 6 : 2;
  const text = new Intl.NumberFormat(language(), {
    style: "currency",
    currency: "USD",
    currencyDisplay: "narrowSymbol",
    minimumFractionDigits: micro ? 2 : 0,
    maximumFractionDigits: most,
  }).format(micro / MICRO);
  // Left to right in any text: sign and digits must stay together.
  return `\u2066${text}\u2069`;
}

/** Parses typed micro-dollars, with local digits and decimal sign; NaN if it is not an amount. */
export function amount(typed: string): number {
  const ascii = typed
    // The code points of both kinds of Arabic digits end in the digit's value.
    .replace(/[٠-٩۰-۹]/g, (digit) => String(digit.charCodeAt(0) & 15))
    .replace(/[\s$\u200e\u200f]/g, "")
    .replace(/[,٫]/, ".");
  return /^\d+(\.\d{0,6})?$/.test(ascii) ? Math.round(Number(ascii) * MICRO) : NaN;
}

/** Formats counts by name, for a text's placeholders. */
export const formatNumbers = (counts: Record<string, number>): Record<string, string> =>
  Object.fromEntries(Object.entries(counts).map(([name, n]) => [name, formatNumber(n)]));
