// The list of people to act as, each with the last line of their chat with the bot.
import { t } from "../boot.ts";
import { clearComposer } from "../chat/composer-state.ts";
import { previewText } from "../chat/preview.ts";
import { dismissAll } from "../dialogs.ts";
import { closeApp } from "../frame/open.ts";
import { attempt } from "../toast.ts";
import { Avatar, fullName } from "../views/avatar.tsx";
import { Icon } from "../views/icon.tsx";
import { request } from "../world/actions.ts";
import { chatOf, chosenGroup, chosenPerson, me, world } from "../world/live.ts";
import type { Chat, Person } from "../world/types.ts";
import { GroupList } from "./groups.tsx";

export function PeopleList() {
  const people = world.value?.people ?? [];
  return (
    <section class="people">
      <header>
        <h2>{t("people.title")}</h2>
        <button
          type="button"
          class="icon-button"
          aria-label={t("people.add")}
          onClick={() => void addPerson()}
        >
          <Icon name="plus" />
        </button>
      </header>
      <ul>
        {people.map((person) => (
          <PersonRow key={person.id} person={person} />
        ))}
      </ul>
      <p class="hint">{t("people.hint")}</p>
      <GroupList />
    </section>
  );
}

function PersonRow({ person }: { person: Person }) {
  const current = me.value?.id === person.id;
  return (
    <li>
      <button type="button" class="person" aria-current={current} onClick={() => visit(person.id)}>
        <Avatar of={person} />
        <span class="person-text">
          <span class="person-name">
            <bdi>{fullName(person)}</bdi>
            {person.isPremium && <Icon name="star" class="premium" />}
          </span>
          <bdi class="person-last">{lastLine(chatOf(person.id))}</bdi>
        </span>
        <span class="person-language">{person.languageCode}</span>
      </button>
    </li>
  );
}

function lastLine(chat: Chat | null): string {
  const last = chat?.messages.at(-1);
  return last ? previewText(last) : t("people.notStarted");
}

/** Switches to a person, or back from a group to the chat with the bot. */
function visit(personId: number): void {
  chosenGroup.value = null;
  become(personId);
}

/** Switches to another person: data of the previous one is dropped, launch data included. */
export function become(personId: number): void {
  if (personId === me.value?.id) return;
  closeApp();
  dismissAll();
  clearComposer();
  forgetLaunchData();
  chosenGroup.value = null;
  chosenPerson.value = personId;
}

/** Apps share our session storage and keep their launch data there. */
function forgetLaunchData(): void {
  try {
    const keys = Object.keys(sessionStorage).filter((key) => key.startsWith("__telegram__"));
    for (const key of keys) sessionStorage.removeItem(key);
  } catch {
    // Storage is blocked, so nothing was stored either.
  }
}

async function addPerson(): Promise<void> {
  const person: Person = {
    id: 0,
    firstName: t("people.new"),
    lastName: null,
    username: null,
    languageCode: "en",
    isPremium: false,
    photoUrl: null,
    phoneNumber: null,
  };
  const saved = await attempt(request("savePerson", { person }));
  if (saved) become(saved.person.id);
}
