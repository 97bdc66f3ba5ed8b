// Models switched on and off for everybody, and the limits that settings and plans set.
import { services } from "../../actions/services.ts";
import { showToast } from "../../actions/toast.ts";
import { consoleApi } from "../../api/console.ts";
import { confirm } from "../../bridge/dialogs.ts";
import { formatNumber, t } from "../../i18n/index.ts";
import { attempt } from "../../state/failure.ts";
import { money } from "../ui/money.ts";
import { Row, Section } from "../ui/row.tsx";
import { Switch } from "../ui/switch.tsx";
import { useLoading } from "../ui/use-loading.tsx";

const api = () => consoleApi(services().api);

export function Switches({ changes }: { changes: boolean }) {
  const { found, put, load, instead } = useLoading(() => api().switches());
  if (!found) return instead;
  const turn = async (id: string, name: string, offered: boolean): Promise<void> => {
    const title = t("app.console.models");
    const sure = offered || (await confirm({ title, message: name, yes: name }).catch(() => false));
    if (!sure) put({ ...found });
    else if (await attempt(() => api().turn(`model:${id}`, !offered), showToast)) await load();
  };
  const { limits } = found;
  const runs = `${formatNumber(limits.maxRuns)} · ${formatNumber(limits.queueLimit)}`;
  const none = t("app.console.limits.none");
  return (
    <>
      {changes && (
        <Section title={t("app.console.models")}>
          {found.models.map((one) => (
            <Switch
              key={one.id}
              name={one.name}
              word={one.provider}
              on={one.offered}
              onChange={(on) => void turn(one.id, one.name, on)}
            />
          ))}
        </Section>
      )}
      <Section title={t("app.console.limits")} word={t("app.console.limits.word")}>
        <Row
          name={t("app.console.limits.cap")}
          value={limits.dailyCapMicroDollars === null ? none : money(limits.dailyCapMicroDollars)}
        />
        <Row name={t("app.console.limits.runs")} value={runs} />
        <Row
          name={t("app.console.limits.age")}
          value={limits.minimumAge === null ? none : formatNumber(limits.minimumAge)}
        />
        {limits.plans.map((one) => (
          <Row
            key={one.id}
            name={t("app.console.limits.plan", { plan: one.id })}
            value={formatNumber(one.messagesADay)}
          />
        ))}
      </Section>
    </>
  );
}
