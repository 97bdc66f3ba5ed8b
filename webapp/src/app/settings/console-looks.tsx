// Conversations that people let support read. Each reading is entered in the person's access log.
import { useState } from "preact/hooks";
import { services } from "../../actions/services.ts";
import { showToast } from "../../actions/toast.ts";
import { consoleApi } from "../../api/console.ts";
import type { ConversationRead } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { attempt } from "../../state/failure.ts";
import { moment } from "../ui/moment.ts";
import { Row, Section } from "../ui/row.tsx";
import { useLoading } from "../ui/use-loading.tsx";

const api = () => consoleApi(services().api);

export function PersonLooks({ person }: { person: number }) {
  const { found } = useLoading(() => api().looks(person));
  const [read, show] = useState<ConversationRead | null>(null);
  if (!found?.items.length) return null;
  const open = async (id: string): Promise<void> => {
    show((await attempt(() => api().read(person, id), showToast)) ?? null);
  };
  return (
    <Section title={t("app.console.looks")}>
      {found.items.map((look) => (
        <Row
          key={look.id}
          name={t("app.console.look.read")}
          word={moment(look.until, new Date())}
          onClick={() => void open(look.id)}
        />
      ))}
      {read?.items.map((message) => (
        <div key={message.createdAt + message.role} class="field">
          <span class="field-words">
            <span class="field-word">
              <bdi>{message.role === "user" ? person : "Tanya"}</bdi> ·{" "}
              {moment(message.createdAt, new Date())}
            </span>
            <span class="field-name said" dir="auto">
              {message.text}
            </span>
          </span>
        </div>
      ))}
    </Section>
  );
}
