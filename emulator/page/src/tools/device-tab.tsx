// The device and its client: theme, platform, version, screen, insets, and how apps are launched.
import { boot, t } from "../boot.ts";
import * as choices from "../choices.ts";
import { INSET_NAMES, type Insets } from "../frame/insets.ts";
import { openedApp, relaunch } from "../frame/open.ts";
import { PLATFORM_NAMES } from "../frame/platforms.ts";
import { SCREEN_NAMES } from "../frame/screens.ts";
import { THEME_NAMES, THEMES, type ThemeName } from "../frame/themes.ts";
import { VERSIONS } from "../frame/versions.ts";
import { Check, Group, NumberField, Pick, TextInput, Toggle } from "./fields.tsx";

export function DeviceTab() {
  return (
    <>
      <Group title={t("device.theme")}>
        <ThemePicker />
      </Group>
      <Group title={t("device.title")}>
        <ClientFields />
        <Pick
          label={t("device.screen")}
          value={choices.screenName.value}
          values={SCREEN_NAMES}
          name={(one) => t(`device.screen.${one}`)}
          change={(value) => (choices.screenName.value = value)}
        />
        <Pick
          label={t("device.insets")}
          value={choices.insetName.value}
          values={INSET_NAMES}
          name={(one) => t(`device.insets.${one}`)}
          change={(value) => (choices.insetName.value = value)}
        />
        {choices.insetName.value === "custom" && <CustomInsetFields />}
        <Check label={t("device.autoKeyboard")} of={choices.autoKeyboard} />
        <KeyboardSwitch />
      </Group>
      <Group title={t("launch.title")}>
        <TextInput
          label={t("launch.start")}
          value={choices.startParam.value}
          change={(text) => (choices.startParam.value = text.trim())}
        />
        <NumberField
          label={t("launch.age")}
          value={choices.initDataAge.value}
          change={(value) => (choices.initDataAge.value = value)}
        />
        <Check label={t("launch.forged")} of={choices.forged} />
        <Check label={t("launch.fullscreen")} of={choices.launchFullscreen} />
        <Check label={t("launch.attachment")} of={choices.inAttachmentMenu} />
        <button type="button" class="secondary" onClick={() => void relaunch()}>
          {t("launch.button")}
        </button>
        <p class="hint">{t("launch.hint")}</p>
      </Group>
      <Group title={t("page.language")}>
        <PageLanguage />
      </Group>
    </>
  );
}

function ThemePicker() {
  return (
    <div class="themes" role="radiogroup" aria-label={t("device.theme")}>
      {THEME_NAMES.map((name) => (
        <label key={name} class="theme">
          <input
            type="radio"
            name="theme"
            checked={choices.themeName.value === name}
            onChange={() => (choices.themeName.value = name)}
          />
          <Swatch name={name} />
          <span>{t(`theme.${name}`)}</span>
        </label>
      ))}
    </div>
  );
}

function Swatch({ name }: { name: ThemeName }) {
  const { bg_color, text_color, button_color, section_separator_color } = THEMES[name].params;
  return (
    <span
      class="swatch"
      aria-hidden="true"
      style={{ background: bg_color, borderColor: section_separator_color }}
    >
      <i style={{ background: text_color }} />
      <i style={{ background: text_color }} />
      <b style={{ background: button_color }} />
    </span>
  );
}

function ClientFields() {
  return (
    <div class="pair">
      <Pick
        label={t("device.platform")}
        value={choices.platformName.value}
        values={PLATFORM_NAMES}
        name={(one) => one}
        change={(value) => (choices.platformName.value = value)}
      />
      <Pick
        label={t("device.version")}
        value={choices.version.value}
        values={VERSIONS}
        name={(one) => `Bot API ${one}`}
        change={(value) => (choices.version.value = value)}
      />
    </div>
  );
}

const SIDES = ["top", "bottom", "left", "right"] as const;

function CustomInsetFields() {
  const both = choices.customInsets.value;
  const change = (part: "safe" | "content", side: keyof Insets) => (value: number) => {
    choices.customInsets.value = { ...both, [part]: { ...both[part], [side]: value } };
  };
  return (
    <>
      {(["safe", "content"] as const).map((part) => (
        <fieldset key={part} class="insets">
          <legend>{t(`device.insets.${part}`)}</legend>
          {SIDES.map((side) => (
            <NumberField
              key={side}
              label={t(`device.side.${side}`)}
              value={both[part][side]}
              most={200}
              change={change(part, side)}
            />
          ))}
        </fieldset>
      ))}
    </>
  );
}

/** Shows or hides the keyboard of the open app. */
function KeyboardSwitch() {
  const session = openedApp.value;
  if (!session) return null;
  return (
    <Toggle
      label={t("device.keyboard")}
      value={session.keyboard.value}
      change={(up) => (session.keyboard.value = up)}
    />
  );
}

function PageLanguage() {
  const name = (code: string) =>
    new Intl.DisplayNames([code], { type: "language" }).of(code) ?? code;
  return (
    <nav class="languages" aria-label={t("page.language")}>
      {boot.languages.map((code) => (
        <a key={code} href={`?lang=${code}`} lang={code} aria-current={code === boot.language}>
          {name(code)}
        </a>
      ))}
    </nav>
  );
}
