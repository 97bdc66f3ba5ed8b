// The panel of tools: one tab each for the person, the world, the device and the log.
import { t } from "../boot.ts";
import { kept, oneOf } from "../keep.ts";
import { Icon, type IconName } from "../views/icon.tsx";
import { DeviceTab } from "./device-tab.tsx";
import { LogTab } from "./log-tab.tsx";
import { PeopleList } from "./people.tsx";
import { PersonTab } from "./person-tab.tsx";
import { WorldTab } from "./world-tab.tsx";

const TABS = ["person", "world", "device", "log"] as const;
type Tab = (typeof TABS)[number];
const ICONS: Readonly<Record<Tab, IconName>> = {
  person: "user",
  world: "clock",
  device: "phone",
  log: "list",
};

const tab = kept<Tab>("tab", "person", oneOf(TABS));

export function Tools({ withPeople }: { withPeople: boolean }) {
  return (
    <div class="tools">
      <div class="tabs" role="tablist" aria-label={t("tools.title")} onKeyDown={move}>
        {TABS.map((one) => (
          <button
            key={one}
            id={`tab-${one}`}
            type="button"
            role="tab"
            aria-selected={tab.value === one}
            aria-controls="tool-panel"
            tabIndex={tab.value === one ? 0 : -1}
            onClick={() => (tab.value = one)}
          >
            <Icon name={ICONS[one]} />
            {t(`tools.${one}`)}
          </button>
        ))}
      </div>
      <div
        class="tool-panel"
        id="tool-panel"
        role="tabpanel"
        aria-labelledby={`tab-${tab.value}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keys
        tabIndex={0}
      >
        {tab.value === "person" && withPeople && <PeopleList />}
        <Panel />
      </div>
    </div>
  );
}

function Panel() {
  if (tab.value === "person") return <PersonTab />;
  if (tab.value === "world") return <WorldTab />;
  return tab.value === "device" ? <DeviceTab /> : <LogTab />;
}

function move(event: KeyboardEvent): void {
  const rtl = document.documentElement.dir === "rtl" ? -1 : 1;
  const step = { ArrowRight: rtl, ArrowLeft: -rtl }[event.key];
  if (step === undefined) return;
  const next = TABS.at((TABS.indexOf(tab.value) + step) % TABS.length) ?? "person";
  tab.value = next;
  document.getElementById(`tab-${next}`)?.focus();
}
