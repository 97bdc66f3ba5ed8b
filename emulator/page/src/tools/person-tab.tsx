// The current person: profile, Stars and subscriptions.
import { t } from "../boot.ts";
import { changePhone, deviceOf, resetDevice } from "../frame/device.ts";
import { attempt } from "../toast.ts";
import { act, request } from "../world/actions.ts";
import { me, world } from "../world/live.ts";
import type { Person } from "../world/types.ts";
import { AccountGroup } from "./account.tsx";
import { Group, Pick, TextInput, Toggle } from "./fields.tsx";
import { WalletGroup } from "./wallet.tsx";

const LANGUAGES = "en ar de es fa fr hi id pt-br ru tr uk zh-hans".split(" ");

export function PersonTab() {
  const person = me.value;
  if (!person) return <p class="hint">{t("page.connecting")}</p>;
  return (
    <>
      <Profile key={person.id} person={person} />
      <WalletGroup personId={person.id} />
      <AccountGroup person={person} />
      <Storage personId={person.id} />
    </>
  );
}

function Profile({ person }: { person: Person }) {
  const save = (change: Partial<Person>) =>
    void attempt(request("savePerson", { person: { ...person, ...change } }));
  const orNull = (text: string) => text.trim() || null;
  const languages = LANGUAGES.includes(person.languageCode)
    ? LANGUAGES
    : [...LANGUAGES, person.languageCode];
  const alone = (world.value?.people.length ?? 0) < 2;
  return (
    <Group title={t("person.title")}>
      <div class="pair">
        <TextInput
          label={t("person.first")}
          value={person.firstName}
          change={(text) => text.trim() && save({ firstName: text.trim() })}
        />
        <TextInput
          label={t("person.last")}
          value={person.lastName ?? ""}
          change={(text) => save({ lastName: orNull(text) })}
        />
      </div>
      <div class="pair">
        <TextInput
          label={t("person.username")}
          value={person.username ?? ""}
          change={(text) => save({ username: orNull(text.replace(/^@/, "")) })}
        />
        <Pick
          label={t("person.language")}
          value={person.languageCode}
          values={languages}
          name={languageName}
          change={(languageCode) => save({ languageCode })}
        />
      </div>
      <Toggle
        label={t("person.premium")}
        value={person.isPremium}
        change={(isPremium) => save({ isPremium })}
      />
      <p class="facts">{t("person.id", { id: person.id })}</p>
      <button
        type="button"
        class="quiet danger"
        disabled={alone}
        onClick={() => void attempt(act({ type: "removePerson", personId: person.id }))}
      >
        {t("person.remove")}
      </button>
    </Group>
  );
}

function languageName(code: string): string {
  try {
    return `${new Intl.DisplayNames([code], { type: "language" }).of(code) ?? code} (${code})`;
  } catch {
    return code;
  }
}

function Storage({ personId }: { personId: number }) {
  const { storage, secure, restorable } = deviceOf(personId);
  const counts = {
    device: Object.keys(storage).length,
    secure: Object.keys(secure).length,
    old: Object.keys(restorable).length,
  };
  return (
    <Group title={t("storage.title")}>
      <p class="facts">{t("storage.counts", counts)}</p>
      <div class="buttons">
        <button type="button" class="secondary" onClick={() => changePhone(personId)}>
          {t("storage.newPhone")}
        </button>
        <button type="button" class="secondary" onClick={() => resetDevice(personId)}>
          {t("storage.reset")}
        </button>
      </div>
      <p class="hint">{t("storage.hint")}</p>
    </Group>
  );
}
