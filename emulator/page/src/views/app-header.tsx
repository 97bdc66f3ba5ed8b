// The header of a Mini App: close or back, title, menu; two floating controls in full screen.
import { t } from "../boot.ts";
import { theme } from "../choices.ts";
import { readableOn } from "../frame/colors.ts";
import { requestClose } from "../frame/open.ts";
import { HALF, settle } from "../frame/screens.ts";
import type { Session } from "../frame/session.ts";
import { currentBridge, pressButton } from "./current-bridge.ts";
import { Icon } from "./icon.tsx";
import { drawerOpen, layout } from "./layout.ts";
import { Menu, type MenuItem } from "./menu.tsx";

export function AppHeader({ session, title }: { session: Session; title: string }) {
  const background = headerColor(session);
  const style = session.fullscreen.value ? {} : { background, color: readableOn(background) };
  return (
    <header class="app-header" style={style} {...dragging(session)}>
      <span class="grip" aria-hidden="true" />
      <LeaveButton session={session} />
      <div class="app-title">
        <h2 dir="auto">{title}</h2>
        <p>{t("app.kind")}</p>
      </div>
      <Menu class="app-menu" label={t("app.menu")} icon="more" items={menuItems(session)} />
    </header>
  );
}

function LeaveButton({ session }: { session: Session }) {
  if (session.backVisible.value) {
    return (
      <button
        type="button"
        class="leave"
        aria-label={t("app.back")}
        onClick={() => pressButton("back_button_pressed")}
      >
        <Icon name="arrowBack" class="flip" />
        <span>{t("app.back")}</span>
      </button>
    );
  }
  return (
    <button
      type="button"
      class="leave"
      aria-label={t("app.close")}
      onClick={() => void requestClose()}
    >
      <Icon name="close" />
      <span>{t("app.close")}</span>
    </button>
  );
}

function headerColor(session: Session): string {
  const { params } = theme.value;
  const asked = session.headerColor.value;
  const byKey = asked?.endsWith("_color") ? params[asked] : asked;
  return byKey ?? params.header_bg_color ?? params.bg_color ?? "#ffffff";
}

function menuItems(session: Session): MenuItem[] {
  const { fullscreen, expanded, minimized, settingsVisible } = session;
  const collapse = () => (expanded.value = !expanded.value);
  const items: (MenuItem | false)[] = [
    settingsVisible.value && {
      id: "settings",
      text: t("app.settings"),
      icon: "settings",
      act: () => pressButton("settings_button_pressed"),
    },
    fullscreen.value && {
      id: "exit",
      text: t("app.exitFullscreen"),
      icon: "grid",
      act: () => (fullscreen.value = false),
    },
    !fullscreen.value && {
      id: "expand",
      text: t(expanded.value ? "app.collapse" : "app.expand"),
      icon: "phone",
      act: collapse,
    },
    {
      id: "reload",
      text: t("app.reload"),
      icon: "reload",
      act: () => currentBridge.value?.reload(),
    },
    layout.value === "narrow" && {
      id: "tools",
      text: t("page.openTools"),
      icon: "menu",
      act: () => (drawerOpen.value = true),
    },
    {
      id: "minimize",
      text: t("app.minimize"),
      icon: "chevronDown",
      act: () => (minimized.value = true),
    },
    { id: "close", text: t("app.close"), icon: "close", act: () => void requestClose() },
  ];
  return items.filter((item) => item !== false);
}

/** Dragging the header changes the sheet's height; releasing it snaps to a height. */
function dragging(session: Session) {
  let start: { y: number; from: number; height: number } | null = null;
  const down = (event: PointerEvent) => {
    const header = event.currentTarget as HTMLElement;
    const onButton = (event.target as Element).closest("button, [role=menu]");
    const stage = header.closest(".stage");
    if (onButton || !stage || session.fullscreen.value) return;
    header.setPointerCapture(event.pointerId);
    const { height } = stage.getBoundingClientRect();
    start = { y: event.clientY, from: session.expanded.value ? 1 : HALF, height };
  };
  const move = (event: PointerEvent) => {
    if (!start) return;
    const fraction = start.from - (event.clientY - start.y) / start.height;
    session.dragged.value = Math.min(1, Math.max(0.1, fraction));
  };
  const up = () => {
    const fraction = session.dragged.value;
    start = null;
    session.dragged.value = null;
    if (fraction !== null) comeToRest(session, fraction);
  };
  return { onPointerDown: down, onPointerMove: move, onPointerUp: up, onPointerCancel: up };
}

function comeToRest(session: Session, fraction: number): void {
  const rest = settle(fraction, true);
  if (rest === "close") void requestClose();
  else session.expanded.value = rest === "full";
}
