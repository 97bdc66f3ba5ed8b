// The business inbox: how customers' messages are answered, from which texts, who wrote, daily
// counts.
import { useState } from "preact/hooks";
import { business, type ChangeInbox } from "../../actions/business.ts";
import { showToast } from "../../actions/toast.ts";
import type { InboxDay, InboxRules } from "../../api/index.ts";
import { haptic } from "../../bridge/index.ts";
import { formatNumber, t } from "../../i18n/index.ts";
import { attempt } from "../../state/failure.ts";
import { chooseFile } from "../ui/choose-file.ts";
import { IconButton, TextButton } from "../ui/controls.tsx";
import { utcDay } from "../ui/dates.ts";
import { timeName } from "../ui/days.ts";
import { formatNumbers, money } from "../ui/money.ts";
import { Nothing } from "../ui/nothing.tsx";
import { Row, Section } from "../ui/row.tsx";
import { useLoading } from "../ui/use-loading.tsx";
import { Customers } from "./business-customers.tsx";

interface PartProps {
  rules: InboxRules;
  change: ChangeInbox;
}

const MODES = ["draft", "away", "auto", "off"] as const;
const LONGEST = 12_000;
const MOST_WORDS = 20;

function Business() {
  const { found, put, instead } = useLoading(() => business().inbox());
  if (!found) return instead;
  const change: ChangeInbox = async (ask) => {
    const now = await attempt(ask, showToast);
    if (now) put(now);
    haptic(now ? "success" : "error");
    return !!now;
  };
  const { rules, files, mostFiles, customers, days } = found;
  return (
    <div class="screen">
      {rules ? (
        <>
          <Modes rules={rules} change={change} />
          {rules.mode === "away" && <Away rules={rules} change={change} />}
        </>
      ) : (
        <Nothing icon="chat" words={t("app.business.connect")} />
      )}
      {(rules || customers.length > 0) && <Customers customers={customers} change={change} />}
      {rules && (
        <>
          <Section
            title={t("app.business.knowledge")}
            word={t("app.business.knowledge.word", { most: formatNumber(mostFiles) })}
          >
            <Words
              long
              label={t("app.business.knowledge")}
              saved={rules.knowledge}
              save={(knowledge) => change(() => business().change({ knowledge }))}
            />
            {files.map(({ id, name, size, cut }) => (
              <div class="field" key={id}>
                <span class="field-words">
                  <span class="field-name" dir="auto">
                    {name}
                  </span>
                  <span class="field-word">
                    {t(`app.business.file.${cut ? "cut" : "size"}`, { count: formatNumber(size) })}
                  </span>
                </span>
                <IconButton
                  icon="trash"
                  label={t("app.business.file.remove", { name })}
                  onClick={() => void change(() => business().removeFile(id))}
                />
              </div>
            ))}
            {files.length < mostFiles && <AddFile change={change} />}
          </Section>
          <Section title={t("app.business.handover")} word={t("app.business.handover.word")}>
            <Words
              label={t("app.business.handover")}
              saved={rules.handover.join(", ")}
              save={(text) => change(() => business().change({ handover: wordsOf(text) }))}
            />
          </Section>
        </>
      )}
      {days.length > 0 && <Days days={days} />}
    </div>
  );
}

/** How messages are answered and which providers may get them; both are chosen together. */
function Modes({ rules, change }: PartProps) {
  const { mode, staysHere, authorised, providers, modelHere, canReply } = rules;
  const [picked, pick] = useState<(typeof MODES)[number] | null>(null);
  const shown = picked ?? mode;
  const choose = async (wordsGo?: "providers" | "here"): Promise<void> => {
    await change(() => business().change({ mode: shown, ...(wordsGo ? { wordsGo } : {}) }));
    pick(null);
  };
  const pickMode = (one: (typeof MODES)[number]): void => {
    haptic("selection");
    if (one === "off" || authorised) void change(() => business().change({ mode: one }));
    else pick(one);
  };
  const places = [
    providers.length ? (["yes", "providers", authorised && !staysHere] as const) : null,
    modelHere ? (["here", "here", staysHere] as const) : null,
  ];
  const names = new Intl.ListFormat(document.documentElement.lang).format(providers);
  return (
    <>
      <Section word={!canReply && t("app.business.cannot_reply")}>
        {MODES.map((one) => (
          <Choice
            key={one}
            group="mode"
            name={t(`app.business.mode.${one}`)}
            on={one === shown}
            onPick={() => pickMode(one)}
          />
        ))}
      </Section>
      {shown !== "off" && (
        <Section
          title={t("app.consents.title")}
          word={t(providers.length ? "app.business.authorise" : "app.business.authorise.none", {
            names,
          })}
        >
          {places.map(
            (place) =>
              place && (
                <Choice
                  key={place[0]}
                  group="place"
                  name={t(`app.business.authorise.${place[0]}`)}
                  on={place[2] && !picked}
                  onPick={() => void choose(place[1])}
                />
              ),
          )}
        </Section>
      )}
    </>
  );
}

interface ChoiceProps {
  group: string;
  name: string;
  on: boolean;
  onPick: () => void;
}

function Choice({ group, name, on, onPick }: ChoiceProps) {
  return (
    <label class="field">
      <span class="field-words field-name">{name}</span>
      <input type="radio" name={group} class="pick" checked={on} onChange={onPick} />
    </label>
  );
}

const DAWN = 9 * 60;
const DUSK = 18 * 60;

/** The owner's absence hours, in this device's time zone. */
function Away({ rules, change }: PartProps) {
  const hours = { start: rules.away?.start ?? DUSK, end: rules.away?.end ?? DAWN };
  const set = (part: "start" | "end", value: string): void => {
    if (!value) return;
    const [hour = 0, minute = 0] = value.split(":").map(Number);
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    const away = { ...hours, [part]: hour * 60 + minute, timeZone };
    void change(() => business().change({ away }));
  };
  const time = (part: "start" | "end", name: string) => (
    <label class="field">
      <span class="field-words field-name">{name}</span>
      <input
        type="time"
        class="field-input"
        value={clock(hours[part])}
        onChange={(event) => set(part, event.currentTarget.value)}
      />
    </label>
  );
  return (
    <Section
      word={
        rules.away && `${timeName(hours.start)}–${timeName(hours.end)} (${rules.away.timeZone})`
      }
    >
      {time("start", t("app.business.away.from"))}
      {time("end", t("app.business.away.to"))}
    </Section>
  );
}

const two = (count: number): string => String(count).padStart(2, "0");
const clock = (minute: number): string => `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;

interface WordsProps {
  label: string;
  long?: boolean;
  saved: string;
  save: (text: string) => Promise<boolean>;
}

/** A text field with a save button. */
function Words({ label, long, saved, save }: WordsProps) {
  const [typed, write] = useState<string | null>(null);
  const text = typed ?? saved;
  const changed = text.trim() !== saved.trim();
  return (
    <>
      <textarea
        class={long ? "area" : "area short"}
        dir="auto"
        maxLength={LONGEST}
        aria-label={label}
        value={text}
        onInput={(event) => write(event.currentTarget.value)}
      />
      <div class="area-foot">
        <span />
        <TextButton
          disabled={!changed}
          onClick={() => void save(text).then((done) => done && write(null))}
        >
          {t(changed ? "app.save" : "app.saved")}
        </TextButton>
      </div>
    </>
  );
}

/** Splits at the commas of any language. */
const wordsOf = (text: string): string[] =>
  text
    .split(/[,،，、\n]/)
    .map((one) => one.trim().slice(0, 60))
    .filter(Boolean)
    .slice(0, MOST_WORDS);

function AddFile({ change }: { change: ChangeInbox }) {
  const [waits, wait] = useState(false);
  const add = async (file: File): Promise<void> => {
    wait(true);
    await change(() => business().addFile(file));
    wait(false);
  };
  return (
    <Row
      name={t("app.business.file.add")}
      waits={waits}
      onClick={() => chooseFile("", (file) => void add(file))}
    />
  );
}

function Days({ days }: { days: InboxDay[] }) {
  return (
    <Section title={t("app.usage.days")}>
      <ul class="sums">
        {days.map(({ day, costMicroDollars, ...counts }) => (
          <li key={day}>
            <span class="field-name">{utcDay(day)}</span>
            <span class="field-value">{money(costMicroDollars)}</span>
            <span class="field-word">{t("app.business.day", formatNumbers(counts))}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

export const PAGES = { business: Business };
