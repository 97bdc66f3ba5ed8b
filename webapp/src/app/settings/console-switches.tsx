// Switches for models and features, prices, and the limits set by settings and plans.
import { services } from "../../actions/services.ts";
import { showToast } from "../../actions/toast.ts";
import { consoleApi } from "../../api/console.ts";
import type { ConsoleShown, ModelSwitch } from "../../api/types.ts";
import { confirm } from "../../bridge/dialogs.ts";
import { formatNumber, t } from "../../i18n/index.ts";
import { attempt } from "../../state/failure.ts";
import { money } from "../ui/money.ts";
import { Row, Section } from "../ui/row.tsx";
import { Switch } from "../ui/switch.tsx";
import { useLoading } from "../ui/use-loading.tsx";

const api = () => consoleApi(services().api);

export function Switches({ role }: { role: ConsoleShown["role"] }) {
  const { found, put, load, instead } = useLoading(() => api().switches());
  if (!found) return instead;
  const turn = async (what: string, title: string, name: string, offered: boolean) => {
    const sure = offered || (await confirm({ title, message: name, yes: name }).catch(() => false));
    if (!sure) put({ ...found });
    else if (await attempt(() => api().turn(what, !offered), showToast)) await load();
  };
  const models = t("app.console.models");
  const features = t("app.console.features");
  const { limits } = found;
  const runs = `${formatNumber(limits.maxRuns)} · ${formatNumber(limits.queueLimit)}`;
  const none = t("app.console.limits.none");
  return (
    <>
      {role === "owner" && (
        <>
          <Section title={models}>
            {found.models.map((one) => (
              <Switch
                key={one.id}
                name={one.name}
                word={origin(one)}
                on={one.offered}
                onChange={(on) => void turn(`model:${one.id}`, models, one.name, on)}
              />
            ))}
          </Section>
          <Section title={features} word={t("app.console.features.word")}>
            {found.features.map(({ name, offered }) => {
              const title = t(`app.console.feature.${name}`);
              return (
                <Switch
                  key={name}
                  name={title}
                  on={offered}
                  onChange={(on) => void turn(`feature:${name}`, features, title, on)}
                />
              );
            })}
          </Section>
        </>
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
        {limits.plans
          .filter(({ stars }) => stars > 0)
          .map(({ id, stars }) => (
            <Row
              key={id}
              name={t("app.console.limits.price", { plan: id })}
              value={formatNumber(stars)}
            />
          ))}
      </Section>
    </>
  );
}

/** The model's provider and price. */
function origin({ provider, inputMicroDollars, outputMicroDollars }: ModelSwitch): string {
  if (inputMicroDollars === null || outputMicroDollars === null) return provider;
  const [input, output] = [money(inputMicroDollars), money(outputMicroDollars)];
  return t("app.console.models.price", { provider, input, output });
}
