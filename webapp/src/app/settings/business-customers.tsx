// Customers of a connected account, each with the pending reply and its buttons.
import { useState } from "preact/hooks";
import { business, type ChangeInbox } from "../../actions/business.ts";
import type { Customer } from "../../api/index.ts";
import { confirm } from "../../bridge/dialogs.ts";
import { t } from "../../i18n/index.ts";
import { TextButton } from "../ui/controls.tsx";
import { moment } from "../ui/moment.ts";
import { formatNumbers } from "../ui/money.ts";
import { Row, Section } from "../ui/row.tsx";
import { Switch } from "../ui/switch.tsx";

const LONGEST = 3_500;
const SHOWN = 120;

interface OneProps {
  one: Customer;
  change: ChangeInbox;
}

export function Customers({ customers, change }: { customers: Customer[]; change: ChangeInbox }) {
  const [opened, open] = useState(0);
  return (
    <Section
      title={t("app.business.customers")}
      word={!customers.length && t("app.business.customers.none")}
    >
      {customers.map((one) => (
        <div key={one.id} data-customer={one.id}>
          <button
            type="button"
            class="field"
            aria-expanded={opened === one.id}
            onClick={() => open(opened === one.id ? 0 : one.id)}
          >
            <span class="field-words">
              <span class="field-name" dir="auto">
                {one.name || one.id}
              </span>
              <span class="field-word" dir="auto">
                {one.last.slice(0, SHOWN)}
              </span>
              <b class="field-word">{t(`app.business.state.${one.state}`)}</b>
            </span>
          </button>
          {one.draft && <Draft key={one.draft.id} one={one} change={change} />}
          {opened === one.id && <Acts one={one} change={change} />}
        </div>
      ))}
    </Section>
  );
}

/** The pending reply: it is sent as drafted or as edited here, or skipped. */
function Draft({ one, change }: OneProps) {
  const { id = "", text: made = "" } = one.draft ?? {};
  const [text, write] = useState(made);
  return (
    <>
      <textarea
        class="area short"
        dir="auto"
        maxLength={LONGEST}
        aria-label={t("app.business.edit")}
        value={text}
        onInput={(event) => write(event.currentTarget.value)}
      />
      <div class="area-foot">
        <TextButton onClick={() => void change(() => business().skip(id))}>
          {t("app.business.skip")}
        </TextButton>
        <TextButton
          disabled={!text.trim()}
          onClick={() => void change(() => business().send(id, text))}
        >
          {t("app.business.send")}
        </TextButton>
      </div>
    </>
  );
}

function Acts({ one, change }: OneProps) {
  const { id, wrote, answered, heardAt, state } = one;
  const erase = async (): Promise<void> => {
    const message = t("app.business.erase.ask");
    const yes = t("app.business.erase");
    const sure = await confirm({ title: yes, message, yes, destructive: true }).catch(() => false);
    if (sure) await change(() => business().erase(id));
  };
  return (
    <>
      <p class="field field-word">
        {heardAt && `${moment(heardAt, new Date())} · `}
        {t("app.business.counts", formatNumbers({ wrote, answered }))}
      </p>
      <Switch
        name={t("app.business.pause")}
        on={state === "paused"}
        onChange={(paused) => void change(() => business().pause(id, paused))}
      />
      <Row danger name={t("app.business.erase")} onClick={() => void erase()} />
    </>
  );
}
