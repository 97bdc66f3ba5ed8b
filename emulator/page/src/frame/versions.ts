// Bot API versions of a Mini App's client.

/** Versions that changed the protocol, and the newest ones; the options of the selector. */
export const VERSIONS = [
  "6.0",
  "6.1",
  "6.2",
  "6.4",
  "6.7",
  "6.9",
  "6.10",
  "7.0",
  "7.2",
  "7.6",
  "7.7",
  "7.8",
  "7.10",
  "8.0",
  "9.0",
  "9.1",
  "9.5",
  "9.6",
  "10.0",
  "10.1",
  "10.2",
  "10.3",
] as const;

export type Version = (typeof VERSIONS)[number];

export const NEWEST: Version = "10.3";

/** Whether `version` is `wanted` or newer. The parts are numbers: 6.10 is newer than 6.9. */
export function atLeast(version: string, wanted: string): boolean {
  const [have, need] = [parts(version), parts(wanted)];
  for (let index = 0; index < Math.max(have.length, need.length); index += 1) {
    const difference = (have[index] ?? 0) - (need[index] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

function parts(version: string): number[] {
  return version.split(".").map((part) => Number.parseInt(part, 10) || 0);
}
