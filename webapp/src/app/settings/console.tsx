// The operator's console: the pages that the caller's role has, what waits there, and maintenance.
import type { ComponentChildren, ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { services } from "../../actions/services.ts";
import { showToast } from "../../actions/toast.ts";
import { consoleApi } from "../../api/console.ts";
import type { ConsoleShown, WaitingShown } from "../../api/index.ts";
import { confirm } from "../../bridge/dialogs.ts";
import { formatNumber, t } from "../../i18n/index.ts";
import { attempt } from "../../state/failure.ts";
import type { ConsolePart } from "../../state/navigation.ts";
import type { IconName } from "../ui/icons.tsx";
import { Row, Section, type Tint } from "../ui/row.tsx";
import { Switch } from "../ui/switch.tsx";
import { useLoading } from "../ui/use-loading.tsx";
import { Broadcasts } from "./console-broadcasts.tsx";
import { Sums } from "./console-figures.tsx";
import { ModerationCases } from "./console-moderation.tsx";
import { ConsolePerson } from "./console-person.tsx";
import { Requests } from "./console-requests.tsx";
import { Statements } from "./console-statements.tsx";
import { Switches } from "./console-switches.tsx";
import { ServerState } from "./console-system.tsx";

type Role = ConsoleShown["role"];

const MAINTENANCE = "maintenance";
const PARTS: readonly (readonly [ConsolePart, IconName, Tint, readonly Role[]])[] = [
  ["person", "persona", "blue", ["owner", "support", "finance", "reader"]],
  ["requests", "chat", "green", ["owner", "support"]],
  ["moderation", "flag", "pink", ["owner", "support"]],
  ["broadcasts", "bell", "amber", ["owner"]],
  ["figures", "usage", "purple", ["owner", "finance", "reader"]],
  ["statements", "receipt", "green", ["owner", "finance"]],
  ["switches", "models", "teal", ["owner", "support", "finance", "reader"]],
  ["system", "settings", "grey", ["owner", "finance", "reader"]],
];

const api = () => consoleApi(services().api);

function Console() {
  const { found, put, instead } = useConsole();
  const [waiting, tell] = useState<WaitingShown | null>(null);
  const answers = found?.role === "owner" || found?.role === "support";
  useEffect(() => {
    const ask = () => attempt(() => api().waiting(), showToast);
    if (answers) void ask().then((counted) => counted && tell(counted));
  }, [answers]);
  if (!found) return instead;
  const { role, switched } = found;
  const turn = async (on: boolean): Promise<void> => {
    const title = t("app.console.maintenance");
    const message = t("app.console.maintenance.word");
    const sure = !on || (await confirm({ title, message, yes: title }).catch(() => false));
    if (sure) put((await attempt(() => api().turn(MAINTENANCE, on), showToast)) ?? found);
    else put({ ...found });
  };
  const waits: Partial<Record<ConsolePart, number>> = {
    requests: waiting?.requests ?? 0,
    moderation: waiting?.cases ?? 0,
  };
  return (
    <div class="screen">
      <Section>
        {PARTS.filter(([, , , roles]) => roles.includes(role)).map(([part, icon, tint]) => (
          <Row
            key={part}
            icon={icon}
            tint={tint}
            name={t(`app.console.${part}.title`)}
            value={waits[part] ? formatNumber(waits[part]) : undefined}
            opens={{ name: `console.${part}` }}
          />
        ))}
      </Section>
      {role === "owner" && (
        <Section word={t("app.console.maintenance.word")}>
          <Switch
            name={t("app.console.maintenance")}
            on={switched.includes(MAINTENANCE)}
            onChange={(on) => void turn(on)}
          />
        </Section>
      )}
    </div>
  );
}

const useConsole = () => useLoading(() => api().console());

/** A page that looks different by role. */
function ForRole({ view: View }: { view: ComponentType<{ role: Role }> }) {
  const { found, instead } = useConsole();
  return found ? <View role={found.role} /> : instead;
}

const page = (view: ComponentChildren) => () => <div class="screen">{view}</div>;

export const PAGES = {
  console: Console,
  "console.person": page(<ForRole view={ConsolePerson} />),
  "console.requests": page(<Requests />),
  "console.moderation": page(<ModerationCases />),
  "console.broadcasts": page(<Broadcasts />),
  "console.figures": page(<Sums />),
  "console.statements": page(<Statements />),
  "console.switches": page(<ForRole view={Switches} />),
  "console.system": page(<ServerState />),
};
