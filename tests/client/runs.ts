// How much is tried: part of it in `make test`, all of it in `make test-slow`.

export const IN_FULL = process.env.TANYA_TEST_LENGTHS === "full";

/** How many examples of a law are tried, of so many in full: a fifth, and 50 at least. */
export const runs = (inFull: number): number =>
  IN_FULL ? inFull : Math.min(inFull, Math.max(50, Math.round(inFull / 5)));
