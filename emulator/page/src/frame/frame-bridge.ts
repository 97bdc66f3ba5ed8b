// The protocol between the client and the app in its iframe; see Telegram's web-events page. With
// an app of the page's own origin both sides post JSON strings {eventType, eventData}, as with web
// clients; one of another origin has a native client's web view around it (web-view.ts).
import { computed, effect } from "@preact/signals";
import { autoKeyboard, customInsets, deviceInsets, insetName, theme } from "../choices.ts";
import { annotate, logFrame } from "../log.ts";
import { type EventName, type Events, UNASKED_SINCE } from "./events.ts";
import { type Frame, Refused } from "./frame.ts";
import { admit, type Call, parseMessage } from "./gate.ts";
import { HANDLERS } from "./handlers/index.ts";
import { type CustomInsets, insetsFor } from "./insets.ts";
import { OneAtATime, PopupLimit, Touches } from "./limits.ts";
import { whyIgnored } from "./methods.ts";
import { closeApp } from "./open.ts";
import { hideScrollbars } from "./overlay-scrollbars.ts";
import { PLATFORMS, type Platform, type PlatformName } from "./platforms.ts";
import type { Session } from "./session.ts";
import { themeParamsFor } from "./theme-params.ts";
import { watchTouches } from "./touch-watch.ts";
import { atLeast } from "./versions.ts";
import { order, type Report, readReport } from "./web-view.ts";

const STABLE_AFTER_MS = 150;
/** How often the app is told while the height changes. */
const MOVING_EVERY_MS = 80;
const RELOAD_WITHIN_MS = 500;
/** An app that is silent for this long is reported, on the screen and in the log. */
export const READY_WITHIN_MS = 5000;
/** Since 10.2 only the app's own origin may call methods. */
const HARDENED = "10.2";

export class FrameBridge implements Frame {
  readonly platform: Platform;
  readonly touches = new Touches();
  readonly popups = new PopupLimit();
  readonly single = new OneAtATime();
  private readonly version: string;
  private readonly origin: string;
  private readonly inWebView: boolean;
  private readonly ends: (() => void)[] = [];
  private movedAt = Number.NEGATIVE_INFINITY;
  private stable: ReturnType<typeof setTimeout> | undefined;
  private patience: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly session: Session,
    private readonly iframe: HTMLIFrameElement,
  ) {
    const { platform, version, url, inWebView } = session.opening;
    this.inWebView = inWebView;
    this.platform = PLATFORMS[platform as PlatformName];
    this.version = version;
    this.origin = new URL(url, location.href).origin;
  }

  /** Starts listening; the returned function ends everything. */
  attach(): () => void {
    const listener = (event: MessageEvent) => this.receive(event);
    window.addEventListener("message", listener);
    this.onEnd(() => window.removeEventListener("message", listener));
    this.watchSurroundings();
    const size = new ResizeObserver(() => this.resized());
    size.observe(this.iframe);
    this.onEnd(() => size.disconnect());
    this.onEnd(() => clearTimeout(this.stable));
    this.expectReady();
    return () => {
      for (const end of this.ends) end();
    };
  }

  private expectReady(): void {
    clearTimeout(this.patience);
    this.patience = setTimeout(() => this.missReady(), READY_WITHIN_MS);
    this.onEnd(() => clearTimeout(this.patience));
  }

  private missReady(): void {
    const { saidReady, ready, silent } = this.session;
    if (saidReady) return;
    silent.value = ready.value ? "notReady" : "notLoaded";
    const why = ready.value
      ? "the app has loaded and not said that it is ready: does its script run?"
      : "the app has not loaded yet: does its server answer?";
    logFrame("toClient", "web_app_ready", undefined, why, false);
  }

  /** The frame's page has loaded: hide the spinner, and watch for touches. */
  loaded(): void {
    this.session.ready.value = true;
    this.session.silent.value = null;
    this.expectReady();
    const phone = this.platform.form === "phone";
    if (this.inWebView) {
      if (phone) order(this.iframe, this.origin, { kind: "hideScrollbars" });
      return;
    }
    if (phone) hideScrollbars(this.iframe);
    this.onEnd(
      watchTouches(this.iframe, {
        onTouch: () => this.touches.touched(this.now()),
        onField: (focused) => this.fieldFocused(focused),
      }),
    );
  }

  private fieldFocused(focused: boolean): void {
    if (autoKeyboard.value && this.platform.form === "phone") this.session.keyboard.value = focused;
  }

  /** Reloads the app: by its own code if it offered that, else from outside. */
  reload(): void {
    this.session.forgetChrome();
    this.session.willReload = false;
    if (!this.session.reloadSupported || this.inWebView) return this.reloadFromOutside();
    this.send("reload_iframe");
    setTimeout(() => {
      if (!this.session.willReload) this.reloadFromOutside();
    }, RELOAD_WITHIN_MS);
  }

  private reloadFromOutside(): void {
    if (this.inWebView) return order(this.iframe, this.origin, { kind: "reload" });
    // Setting a URL that only differs in its fragment would not load anything.
    this.iframe.contentWindow?.location.reload();
  }

  now(): number {
    return performance.now();
  }

  onEnd(stop: () => void): void {
    this.ends.push(stop);
  }

  close(): void {
    closeApp();
  }

  send<E extends EventName>(
    name: E,
    ...rest: Events[E] extends undefined ? [] : [Events[E]]
  ): void {
    const eventData = rest[0];
    logFrame("toApp", name, eventData);
    if (this.inWebView) {
      return order(this.iframe, this.origin, { kind: "event", eventType: name, eventData });
    }
    const text = JSON.stringify({ eventType: name, eventData });
    this.iframe.contentWindow?.postMessage(text, this.origin);
  }

  sendTheme(): void {
    this.send("theme_changed", { theme_params: themeParamsFor(theme.value, this.version) });
  }

  sendViewport(stable = true): void {
    const { clientHeight: height, clientWidth: width } = this.iframe;
    const is_expanded = this.session.expanded.value || this.session.fullscreen.value;
    this.send("viewport_changed", { height, width, is_expanded, is_state_stable: stable });
  }

  private readonly insetsNow = computed<CustomInsets>(() => {
    if (insetName.value === "custom") return customInsets.value;
    const coveredBelow = this.session.keyboard.value || this.session.buttonsShown.value;
    return insetsFor(deviceInsets.value, {
      fullscreen: this.session.fullscreen.value,
      coveredBelow,
    });
  });

  insets(): CustomInsets {
    return this.insetsNow.value;
  }

  private receive(event: MessageEvent): void {
    if (event.source !== this.iframe.contentWindow) return;
    const report = this.inWebView && event.origin === this.origin ? readReport(event.data) : null;
    if (report && report.kind !== "event") return this.noticed(report);
    const message = report ? report.message : parseMessage(event.data);
    if (!message) return;
    const row = logFrame("toClient", message.name, message.data);
    if (event.origin !== this.origin && atLeast(this.version, HARDENED)) {
      return annotate(row, `refused: origin ${event.origin}`, false);
    }
    const call = admit(message, this.version);
    if (call.kind === "call") return this.answer(call, row);
    annotate(row, `ignored: ${whyIgnored(call)}, the client speaks ${this.version}`, false);
  }

  /** What a client notices about the app without being told. */
  private noticed(report: Exclude<Report, { kind: "event" }>): void {
    if (report.kind === "touch") this.touches.touched(this.now());
    else if (report.kind === "field") this.fieldFocused(report.focused);
    else logFrame("toClient", "error in the app", report.message, "", false);
  }

  private answer(call: Call, row: string): void {
    if (call.dropped.length > 0) annotate(row, `not known yet: ${call.dropped.join(", ")}`, true);
    const refused = (error: unknown) => {
      if (!(error instanceof Refused)) throw error;
      annotate(row, `refused: ${error.message}`, false);
    };
    try {
      const work = HANDLERS[call.method](this, call.data);
      if (work) void work.catch(refused);
    } catch (error) {
      refused(error);
    }
  }

  private resized(): void {
    if (this.now() - this.movedAt >= MOVING_EVERY_MS) {
      this.movedAt = this.now();
      this.sendViewport(false);
    }
    clearTimeout(this.stable);
    this.stable = setTimeout(() => this.settled(), STABLE_AFTER_MS);
  }

  private settled(): void {
    if (this.session.dragged.value === null) this.sendViewport(true);
    else this.stable = setTimeout(() => this.settled(), STABLE_AFTER_MS);
  }

  private watchSurroundings(): void {
    const { fullscreen, minimized, keyboard, expanded } = this.session;
    this.watch(
      () => theme.value,
      () => this.sendTheme(),
    );
    this.watch(
      () => fullscreen.value,
      (is_fullscreen) => this.unasked("fullscreen_changed", { is_fullscreen }),
    );
    this.watch(
      () => minimized.value,
      (hidden) => this.unasked("visibility_changed", { is_visible: !hidden }),
    );
    this.watch(
      () => expanded.value,
      () => this.resized(),
    );
    this.watch(
      () => keyboard.value,
      (up) => !up && this.blurInside(),
    );
    this.watchInsets("safe_area_changed", "safe");
    this.watchInsets("content_safe_area_changed", "content");
  }

  private blurInside(): void {
    if (this.inWebView) order(this.iframe, this.origin, { kind: "blur" });
    else blurInside(this.iframe);
  }

  private watchInsets(
    name: "safe_area_changed" | "content_safe_area_changed",
    part: keyof CustomInsets,
  ): void {
    this.watch(
      () => JSON.stringify(this.insetsNow.value[part]),
      () => this.unasked(name, this.insets()[part]),
    );
  }

  /** Sends an event without a request, if the client's version has it. */
  private unasked<
    E extends
      | "fullscreen_changed"
      | "visibility_changed"
      | "safe_area_changed"
      | "content_safe_area_changed",
  >(name: E, data: Events[E]): void {
    if (!atLeast(this.version, UNASKED_SINCE[name] ?? "6.0")) return;
    (this.send as (name: E, data: Events[E]) => void).call(this, name, data);
  }

  private watch<T>(read: () => T, changed: (value: T) => void): void {
    let known = read();
    const stop = effect(() => {
      const value = read();
      if (value === known) return;
      known = value;
      // Sending reads other signals, which must not trigger this effect.
      queueMicrotask(() => changed(value));
    });
    this.onEnd(stop);
  }
}

function blurInside(iframe: HTMLIFrameElement): void {
  const active = iframe.contentDocument?.activeElement;
  if (active instanceof (iframe.contentWindow as Window & typeof globalThis).HTMLElement)
    active.blur();
}
