// The languages to translate into. Models are told their English names, readers see their own.
import { language, t } from "../i18n.ts";
import { pickedTongue, tongue } from "../state/asking.ts";

const CODES = ["ar", "de", "en", "es", "fa", "fr", "hi", "id", "it", "ja", "ko", "pt", "ru", "tr", "uk", "zh"];

/** A translation's target for the reader; one that is not in the list keeps its name. */
export function tongueName(target: string): string {
  const code = CODES.find((one) => tongue(one, "en") === target);
  return code ? tongue(code, language()) : target;
}

export function TonguePicker() {
  const chosen = pickedTongue.value || language();
  const codes = CODES.includes(chosen) ? CODES : [chosen, ...CODES];
  const names = codes.map((code) => [code, tongue(code, language())] as const);
  names.sort(([, a], [, b]) => a.localeCompare(b, language()));
  return (
    <select
      class="tongue"
      aria-label={t("app.task.into")}
      value={chosen}
      onChange={(event) => {
        pickedTongue.value = event.currentTarget.value;
      }}
    >
      {names.map(([code, name]) => <option key={code} value={code}>{name}</option>)}
    </select>
  );
}
