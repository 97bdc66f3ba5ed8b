// The page: people, phone and tools in columns, or the phone with a drawer.
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../boot.ts";
import { theme } from "../choices.ts";
import { PeopleList } from "../tools/people.tsx";
import { Tools } from "../tools/tools.tsx";
import { connected, world } from "../world/live.ts";
import { trapFocus } from "./focus.ts";
import { Guide, GuideButton } from "./guide.tsx";
import { Icon } from "./icon.tsx";
import { drawerOpen, layout } from "./layout.ts";
import { Phone } from "./phone.tsx";
import { ToastView } from "./toast-view.tsx";

export function Page() {
  useScheme();
  if (layout.value === "narrow") return <NarrowPage />;
  return (
    <div class={`page ${layout.value}`}>
      <TopBar />
      <Guide />
      {layout.value === "wide" && (
        <aside class="people-column" aria-label={t("people.title")}>
          <PeopleList />
        </aside>
      )}
      <main class="phone-column">
        <Phone framed />
      </main>
      <aside class="tools-column" aria-label={t("tools.title")}>
        <Tools withPeople={layout.value === "medium"} />
      </aside>
    </div>
  );
}

function NarrowPage() {
  return (
    <div class="page narrow">
      <main class="phone-column" inert={drawerOpen.value}>
        <h1 class="visually-hidden">{t("page.title")}</h1>
        <Guide />
        <Phone framed={false} />
      </main>
      {drawerOpen.value && <Drawer />}
    </div>
  );
}

function TopBar() {
  return (
    <header class="top-bar">
      <span class="brand-mark" aria-hidden="true" />
      <h1>{t("page.title")}</h1>
      <p>{t("page.subtitle")}</p>
      <GuideButton />
      <Connection />
    </header>
  );
}

function Connection() {
  const ok = connected.value && world.value !== null;
  return (
    <span class={`connection ${ok ? "ok" : ""}`} role="status">
      {t(ok ? "page.connected" : "page.connecting")}
    </span>
  );
}

function Drawer() {
  const drawer = useRef<HTMLDivElement>(null);
  const close = () => (drawerOpen.value = false);
  useLayoutEffect(() => trapFocus(drawer.current, close), []);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a tap beside it closes it
    // biome-ignore lint/a11y/useKeyWithClickEvents: for keys there are Escape and a button
    <div
      class="drawer-backdrop"
      onClick={(event) => event.target === event.currentTarget && close()}
    >
      <div class="drawer" role="dialog" aria-modal="true" aria-label={t("page.title")} ref={drawer}>
        <header class="drawer-header">
          <h2>{t("page.title")}</h2>
          <Connection />
          <GuideButton />
          <button type="button" class="icon-button" aria-label={t("dialog.close")} onClick={close}>
            <Icon name="close" />
          </button>
        </header>
        <Tools withPeople />
        <ToastView />
      </div>
    </div>
  );
}

/** The page is light or dark like the person's theme. */
function useScheme(): void {
  const { scheme } = theme.value;
  useEffect(() => {
    document.documentElement.dataset.scheme = scheme;
  }, [scheme]);
}
