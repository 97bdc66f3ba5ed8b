// A notice on topics where a wrong answer does harm (medicine, law, money, elections), and where to
// find help.
import { language, t } from "../../i18n/index.ts";
import { currentPath } from "../../state/store.ts";
import { HELP_LINES } from "../../state/topic-stems.ts";
import { noticeAt } from "../../state/topics.ts";
import { useSelect } from "../ui/use-select.ts";

export function TopicNotice({ messageId }: { messageId: string }) {
  const topic = useSelect(() => {
    const path = currentPath.value;
    return noticeAt(
      path,
      path.findLastIndex(({ id }) => id === messageId),
    );
  }, [messageId]);
  if (!topic) return null;
  return (
    <div class={`topic-notice ${topic}`} role="note">
      {t(`app.topic.${topic}`)}
      {topic === "crisis" && <HelpLines />}
    </div>
  );
}

/** Whom to call, for readers of this language; empty if we know of nobody for certain. */
function HelpLines() {
  const here = language();
  const lines = HELP_LINES.filter((line) => line.language === here.split("-")[0]);
  const regions = new Intl.DisplayNames(here, { type: "region" });
  return lines.map(({ region, contact }) => (
    <p key={region}>
      {regions.of(region)}: <bdi>{contact}</bdi>
    </p>
  ));
}
