// Which conversation a link into the app means: `?conversation=<id>` on a button of the bot, or
// `c_<id>` as a start parameter, where an id may stand without its dashes.

const DASHED = /^([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})$/;

export function startingConversation(search: string, startParam?: string): string | null {
  const named = new URLSearchParams(search).get("conversation") ?? "";
  const linked = startParam?.startsWith("c_") ? startParam.slice(2) : "";
  const parts = DASHED.exec((named || linked).toLowerCase());
  return parts ? parts.slice(1).join("-") : null;
}
