// What Telegram tells the app at its start, in the URL's fragment. It holds a credential (the
// init data), so it leaves the address bar at once. A copy for reloads stays in this tab's
// session storage, where there is one: in a cross-site frame with storage blocked the mere
// access throws, and then the fragment stays where it is, since a reload would need it.

const KEY = "tanya.launch";

export interface Launch {
  /** The signed string for the server; empty when opened from a keyboard button. */
  readonly initData: string;
  /** The Bot API version of the client; empty outside Telegram. */
  readonly version: string;
  /** android, ios, macos, tdesktop, weba, webk, …; empty outside Telegram. */
  readonly platform: string;
  readonly themeParams: Readonly<Record<string, string>>;
  readonly startParam: string | undefined;
  readonly userId: string | undefined;
  /** The bot may write to this person. */
  readonly botMayWrite: boolean;
  /** Telegram's language, such as "pt-br"; empty where it is not told. */
  readonly telegramLanguage: string;
  readonly showSettings: boolean;
  readonly fullscreen: boolean;
  /** Another person than in this tab's last launch. */
  readonly switchedUser: boolean;
}

/** Reads the launch parameters, once, and hides them from the address bar. */
export function readLaunch(): Launch {
  const kept = stored();
  const raw = location.hash.includes("tgWebApp") ? location.hash.slice(1) : (kept ?? "");
  const launch = parseLaunch(raw);
  const before = kept === null ? undefined : parseLaunch(kept).userId;
  const switchedUser = before !== undefined && before !== launch.userId;
  if (switchedUser) forgetSession();
  if (location.hash.length > 1 && store(raw)) {
    history.replaceState(history.state, "", location.pathname + location.search);
  }
  return { ...launch, switchedUser };
}

/** The launch parameters in a fragment; exported for tests. */
export function parseLaunch(fragment: string): Omit<Launch, "switchedUser"> {
  const fields = new URLSearchParams(fragment);
  const get = (name: string) => fields.get(`tgWebApp${name}`) ?? "";
  const initData = get("Data");
  const signed = new URLSearchParams(initData);
  const user = parse(signed.get("user"));
  return {
    initData,
    version: get("Version"),
    platform: get("Platform"),
    themeParams: parse(get("ThemeParams")) as Record<string, string>,
    startParam: signed.get("start_param") || get("StartParam") || undefined,
    userId: user.id === undefined ? undefined : String(user.id),
    botMayWrite: user.allows_write_to_pm === true,
    telegramLanguage: String(user.language_code ?? ""),
    showSettings: get("ShowSettings") === "1",
    fullscreen: get("Fullscreen") === "1",
  };
}

/** A JSON object, or an empty one: a damaged launch must not stop the app. */
function parse(json: string | null): Record<string, unknown> {
  try {
    return Object(JSON.parse(json || "{}")) as Record<string, unknown>;
  } catch {
    return {};
  }
}

function stored(): string | null {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function store(raw: string): boolean {
  try {
    sessionStorage.setItem(KEY, raw);
    return true;
  } catch {
    return false;
  }
}

/** Clears what another person left in this tab. */
function forgetSession(): void {
  try {
    for (const key of Object.keys(sessionStorage)) {
      if (/^(tanya\.|__telegram__)/.test(key)) sessionStorage.removeItem(key);
    }
  } catch {
    // Without storage there is nothing to clear.
  }
}
