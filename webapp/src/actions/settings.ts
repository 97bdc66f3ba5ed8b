// A person's settings: saving them, and the requests of their screens.
import type { Schedule, ScheduleWanted, Settings } from "../api/index.ts";
import { settingsApi } from "../api/settings.ts";
import { speak } from "../i18n/language.ts";
import { attempt } from "../state/failure.ts";
import { dispatch, state } from "../state/store.ts";
import { services } from "./services.ts";
import { showToast } from "./toast.ts";

export const settings = () => settingsApi(services().api);

/** Shows the change at once, and reverts it if the server refuses. */
export async function saveSettings(change: Partial<Settings>): Promise<boolean> {
  const before = state.value.me;
  if (!before) return false;
  dispatch({ type: "me.loaded", me: { ...before, settings: { ...before.settings, ...change } } });
  const me = await attempt(
    () => services().api.saveSettings(change, services().telegramLanguage),
    (failure) => {
      dispatch({ type: "me.loaded", me: before });
      showToast(failure);
    },
  );
  if (me) dispatch({ type: "me.loaded", me });
  return me !== undefined;
}

/** Changes the language of the app and of the bot's messages; null: Telegram's. */
export async function chooseLanguage(language: string | null): Promise<void> {
  if (await saveSettings({ language })) await speak(state.value.me?.language);
}

/** Schedules a question at the person's local time. */
export const newSchedule = (question: string, when: ScheduleWanted["when"]): Promise<Schedule> =>
  settings().makeSchedule({ id: services().newId(), question, when });
