// The running version, its processes, and when each job last ran.
import { services } from "../../actions/services.ts";
import { consoleApi } from "../../api/console.ts";
import { t } from "../../i18n/index.ts";
import { moment } from "../ui/moment.ts";
import { Row, Section } from "../ui/row.tsx";
import { useLoading } from "../ui/use-loading.tsx";

export function ServerState() {
  const { found, instead } = useLoading(() => consoleApi(services().api).system());
  if (!found) return instead;
  const now = new Date();
  return (
    <>
      <Section>
        <Row name={t("app.console.system.version")} value={<bdi>{found.version}</bdi>} />
        <Row name={t("app.console.system.revision")} value={<bdi>{found.revision}</bdi>} />
        {found.processes.map(({ host, pid, seenAt }) => (
          <Row
            key={`${host} ${pid}`}
            name={t("app.console.system.process", { pid: String(pid) })}
            word={<bdi>{host}</bdi>}
            value={moment(seenAt, now)}
          />
        ))}
      </Section>
      <Section title={t("app.console.jobs")} word={t("app.console.jobs.word")}>
        {found.jobs.map(({ name, ranAt }) => (
          <Row key={name} name={name} value={moment(ranAt, now)} />
        ))}
      </Section>
    </>
  );
}
