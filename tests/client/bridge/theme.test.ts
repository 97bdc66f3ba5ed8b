// Themes: whatever a client sends, the texts can be read.
import "../dom.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  applyTheme,
  color,
  contrast,
  palette,
  READABLE,
} from "../../../webapp/src/bridge/theme.ts";

const TEXTS = [
  "text_color",
  "hint_color",
  "subtitle_text_color",
  "section_header_text_color",
  "link_color",
  "accent_text_color",
  "destructive_text_color",
] as const;

const rgb = (hex: string) => color(hex)!;
const hex = fc.nat(0xffffff).map((n) => `#${n.toString(16).padStart(6, "0")}`);

test("a readable theme is left as it is", () => {
  const theme = {
    bg_color: "#ffffff",
    secondary_bg_color: "#f0f0f0",
    text_color: "#112233",
    link_color: "#0055aa",
  };
  const colors = palette(theme);
  assert.equal(colors.text_color, "#112233");
  assert.equal(colors.link_color, "#0055aa");
});

test("on any one background every text reaches 4.5 to 1", () => {
  fc.assert(
    fc.property(hex, hex, hex, (background, text, button) => {
      const colors = palette({
        bg_color: background,
        ...Object.fromEntries(TEXTS.map((key) => [key, text])),
        button_color: button,
        button_text_color: text,
      });
      for (const key of TEXTS) {
        assert.ok(contrast(rgb(colors[key]), rgb(background)) >= READABLE, key);
      }
      assert.ok(contrast(rgb(colors.button_text_color), rgb(colors.button_color)) >= READABLE);
    }),
  );
});

test("both default themes are readable on all their surfaces", () => {
  for (const dark of [false, true]) {
    const colors = palette({}, dark);
    for (const surface of ["bg_color", "secondary_bg_color", "section_bg_color"] as const) {
      for (const key of TEXTS)
        assert.ok(contrast(rgb(colors[key]), rgb(colors[surface])) >= READABLE, key);
    }
    assert.ok(contrast(rgb(colors.button_text_color), rgb(colors.button_color)) >= READABLE);
  }
});

test("what is no plain colour never reaches CSS", () => {
  const colors = palette({
    bg_color: "red;background:url(//evil)",
    text_color: "#12",
    link_color: 7,
  });
  for (const value of Object.values(colors)) assert.match(value, /^#[\da-f]{6}$/);
});

test("the page gets all variables and its scheme, and follows a change", () => {
  assert.equal(applyTheme({ bg_color: "#000" }), true);
  const { style, dataset } = document.documentElement;
  assert.equal(dataset.theme, "dark");
  assert.equal(style.getPropertyValue("--tg-theme-bg-color"), "#000000");
  assert.equal(style.getPropertyValue("--tg-theme-secondary-bg-color"), "#000000");
  assert.equal(applyTheme({ bg_color: "#fff" }), false);
  assert.equal(style.getPropertyValue("--tg-color-scheme"), "light");
});
