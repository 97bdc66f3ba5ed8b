// The access log: who opened the person's data, when and why, newest first.
import { revokeLook } from "../../actions/looks.ts";
import { settings } from "../../actions/settings.ts";
import type { Access, GrantedLook } from "../../api/index.ts";
import { has, t } from "../../i18n/index.ts";
import { moment } from "../ui/moment.ts";
import { Row, Section } from "../ui/row.tsx";
import { useLoading } from "../ui/use-loading.tsx";

export function Accesses() {
  const { found, instead } = useLoading(async () => (await settings().accessLog()).items);
  if (!found) return instead;
  return (
    <div class="screen">
      <Looks />
      {found.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: nothing else lets the keyboard scroll it
        <section tabIndex={0} aria-label={t("app.accesses.title")}>
          <ul class="card accesses">
            {found.map((one) => (
              <Item key={one.at + one.action} access={one} />
            ))}
          </ul>
        </section>
      )}
      <p class="section-word">{t(found.length ? "app.accesses.word" : "app.accesses.none")}</p>
    </div>
  );
}

/** What support may read now, each with a button to revoke it. */
function Looks() {
  const { found, load } = useLoading(() => settings().looks());
  if (!found?.items.length) return null;
  const revoke = async (look: GrantedLook): Promise<void> => {
    if (await revokeLook(look)) await load();
  };
  return (
    <Section title={t("app.looks")}>
      {found.items.map((look) => (
        <Row
          key={look.id}
          name={t("app.looks.until", { until: moment(look.until, new Date()) })}
          value={t("app.looks.revoke")}
          onClick={() => void revoke(look)}
        />
      ))}
    </Section>
  );
}

function Item({ access }: { access: Access }) {
  const { actor, at, reason } = access;
  const by = t(actor === "person" ? "app.accesses.you" : "app.accesses.operator");
  return (
    <li class="field">
      <span class="field-words">
        <span class="field-name">{what(access)}</span>
        <span class="field-word">
          {by} · {moment(at, new Date())}
        </span>
        {reason && <span class="field-word">{t("app.accesses.reason", { reason })}</span>}
      </span>
    </li>
  );
}

/** The access in words; the server may know kinds that this app does not. */
const what = ({ action }: Access): string =>
  has(`app.accesses.${action}`) ? t(`app.accesses.${action}`) : action;
