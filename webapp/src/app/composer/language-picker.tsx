// The languages to translate into. Models get their English names, readers see the native ones.
import { language, t } from "../../i18n/index.ts";
import { languageName, targetLanguage } from "../../state/question-options.ts";

const CODES = [
  "ar",
  "de",
  "en",
  "es",
  "fa",
  "fr",
  "hi",
  "id",
  "it",
  "ja",
  "ko",
  "pt",
  "ru",
  "tr",
  "uk",
  "zh",
];

/** A translation's target for the reader; one that is not in the list keeps its name. */
export function targetLanguageName(target: string): string {
  const code = CODES.find((one) => languageName(one, "en") === target);
  return code ? languageName(code, language()) : target;
}

export function LanguagePicker() {
  const chosen = targetLanguage.value || language();
  const codes = CODES.includes(chosen) ? CODES : [chosen, ...CODES];
  const names = codes.map((code) => [code, languageName(code, language())] as const);
  names.sort(([, a], [, b]) => a.localeCompare(b, language()));
  return (
    <select
      class="language-picker"
      aria-label={t("app.task.into")}
      value={chosen}
      onChange={(event) => {
        targetLanguage.value = event.currentTarget.value;
      }}
    >
      {names.map(([code, name]) => (
        <option key={code} value={code}>
          {name}
        </option>
      ))}
    </select>
  );
}
