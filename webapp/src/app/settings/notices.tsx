// Which messages the bot sends, and how: unwatched answers, cards, notices; each optional.
import { saveSettings, settings } from "../../actions/settings.ts";
import { showToast } from "../../actions/toast.ts";
import { letBotWrite } from "../../actions/write-access.ts";
import { t } from "../../i18n/index.ts";
import { attempt } from "../../state/failure.ts";
import { me } from "../../state/store.ts";
import { Section } from "../ui/row.tsx";
import { Switch } from "../ui/switch.tsx";
import { useLoading } from "../ui/use-loading.tsx";

export function Notices() {
  const { found, put, instead } = useLoading(settings().notices);
  if (!found) return instead;
  const change = async (kind: string, wanted: boolean): Promise<void> => {
    if (wanted && !(await letBotWrite())) return put({ items: [...found.items] });
    put({ items: found.items.map((one) => (one.kind === kind ? { ...one, wanted } : one)) });
    put((await attempt(() => settings().wantNotice(kind, wanted), showToast)) ?? found);
  };
  const handAnswersOff = async (handOff: boolean): Promise<void> => {
    if (handOff && !(await letBotWrite())) return put({ items: [...found.items] });
    await saveSettings({ handOff });
  };
  return (
    <div class="screen">
      <Section word={t("app.settings.handOff.word")}>
        <Switch
          name={t("app.settings.handOff")}
          on={me.value?.settings.handOff ?? false}
          onChange={(handOff) => void handAnswersOff(handOff)}
        />
      </Section>
      <Section word={t("app.cards.word")}>
        <Switch
          name={t("app.cards")}
          on={me.value?.settings.interactiveCards ?? false}
          onChange={(interactiveCards) => void saveSettings({ interactiveCards })}
        />
      </Section>
      <Section word={t("app.joined.word")}>
        <Switch
          name={t("app.joined")}
          on={me.value?.settings.joinQuestions ?? false}
          onChange={(joinQuestions) => void saveSettings({ joinQuestions })}
        />
      </Section>
      <Section word={t("app.settings.notices.word")}>
        {found.items.map(({ kind, name, wanted }) => (
          <Switch key={kind} name={name} on={wanted} onChange={(on) => void change(kind, on)} />
        ))}
      </Section>
    </div>
  );
}
