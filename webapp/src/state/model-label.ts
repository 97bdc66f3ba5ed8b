// A model's short name.

const SIZE = /^\d+(\.\d+)?[bkm]$/i;
const KIND = /^(instruct|chat|it|preview|latest)$/i;

/** "SmolLM2" for "SmolLM2 135M (local)": drops remarks, sizes and kinds, but at least one word
 *  stays. */
export function modelLabel(name: string): string {
  const words = name.replace(/\s*\([^)]*\)/g, "").split(/\s+/);
  const kept = words.filter((word) => !SIZE.test(word) && !KIND.test(word));
  return kept.join(" ").trim() || name;
}
