"""Every screen of the gallery, light and dark, left to right and right to left, in every language
and with text twice as large: axe finds no violations, nothing is wider than a phone, no word is
broken and no text cut off; and the main screens match their accepted pictures."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page

import hatch_build
from backend.i18n import languages
from tests.browser.server import Server
from tests.gallery import pictures
from tests.gallery.looks import Look
from tests.gallery.walk import PARTS

AXE = (hatch_build.NODE_MODULES / "axe-core" / "axe.min.js").read_text("utf-8")
RUN = """async () => {
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const found = await axe.run(document, { runOnly: tags, resultTypes: ["violations"] });
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.html.slice(0, 160)}`));
}"""
REVEAL = """() => {
  const before = scrollY;
  const { bottom = 0 } = document.querySelector("header.bar")?.getBoundingClientRect() ?? {};
  const half = [...document.querySelectorAll(".view :is(a, button, summary)")]
    .map((one) => one.getBoundingClientRect())
    .filter((one) => one.height && one.top < bottom && one.bottom > bottom);
  scrollBy(0, Math.min(0, ...half.map((one) => one.top - bottom)));
  return before;
}"""
"""Scrolls what the title bar covers by half out from under it, as a person does to press it, and
returns the place before."""
# Content of a row that scrolls sideways may lie outside the screen.
WIDER = """() => {
  const edge = document.documentElement.clientWidth;
  const scrolls = (one) => one && (/auto|scroll|hidden/.test(getComputedStyle(one).overflowX)
    || scrolls(one.parentElement));
  return [...document.body.querySelectorAll("*")]
    .filter((one) => one.getClientRects().length && !one.closest(".sr-only, svg"))
    .filter((one) => !one.closest(".drawer:not(.open)") && !scrolls(one.parentElement))
    .filter((one) => {
      const { left, right } = one.getBoundingClientRect();
      return right > edge + 1 || left < -1;
    })
    .map((one) => `${one.tagName}.${one.className}`);
}"""
# Code, addresses and Chinese may be broken anywhere; other words only when alone in their line.
BROKEN = """() => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const box = node.parentElement.closest(".sr-only, .search-word, pre, code, script, style");
    if (box || !node.parentElement.getClientRects().length) continue;
    for (const { 0: word, index } of node.data.matchAll(/[\\p{L}\\p{M}]{2,}/gu)) {
      if (/\\p{Script=Han}/u.test(word)) continue;
      const range = document.createRange();
      range.setStart(node, index);
      range.setEnd(node, index + word.length);
      const lines = new Set([...range.getClientRects()].map((rect) => Math.round(rect.bottom)));
      if (lines.size > 1) found.push(word);
    }
  }
  return found;
}"""
# Names and titles that people choose may be cut off; the app's own texts fit at the usual size.
CUT = """() => {
  const shown = [...document.body.querySelectorAll("*")].filter((one) => one.clientWidth
    && one.checkVisibility({ visibilityProperty: true })
    && !one.closest(".sr-only, pre, .answer, .composer button"));
  const says = (one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  const cut = shown.filter((one) => says(one) && one.scrollWidth > one.clientWidth + 1
    && (one.matches(".field-value:not(:has(bdi))")
      || getComputedStyle(one).textOverflow !== "ellipsis"));
  const pen = document.createElement("canvas").getContext("2d");
  const hidden = shown.filter((one) => one.matches(".composer textarea, input[placeholder]"))
    .filter((one) => {
      const style = getComputedStyle(one);
      pen.font = style.font;
      const padding = parseFloat(style.paddingLeft) + parseFloat(style.paddingRight);
      return pen.measureText(one.placeholder).width > one.clientWidth - padding + 1;
    });
  return [...cut.map((one) => one.textContent), ...hidden.map((one) => one.placeholder)];
}"""
QUOTING = ("tasks", "check", "receipts", "console-person", "console-moderation")
"""Screens that quote addresses and whatever a model wrote."""
LONG = ("de", "uk")
EVERY_LOOK = [
    Look("small", platform, scheme, language, percent)
    for platform, scheme in (("ios", "light"), ("android", "dark"))
    for language in ("en", "ar")
    for percent in (100, 200)
]
EVERY_LANGUAGE = [
    Look("small", "ios", "light", language)
    for language in languages()
    if language not in ("en", "ar")
]
ENDS = (EVERY_LOOK[0], EVERY_LOOK[-1])
LONGEST = tuple(one for one in EVERY_LANGUAGE if one.language in LONG)
SHORT = {
    "chat": ENDS + LONGEST,
    "pages": ENDS + LONGEST,
    "console": ENDS[1:],
    "seldom": ENDS,
}
"""Together they cover both schemes, both directions, both sizes and the longest words; `make
test-slow` covers the others."""
WITHIN = {
    "chat": {"welcome", "models", "chat", "attach", "chats"},
    "pages": {"settings", "schedules", "data", "offline", "nowhere"},
    "console": {"console", "console-person", "console-statements"},
    "seldom": {"speaking", "consent", "accesses", "gift", "subscription", "appeal"},
}
"""Some of each part's screens: a walk that stops early would judge nothing."""


@pytest.mark.parametrize(
    ("look", "part"),
    [
        pytest.param(
            look,
            part,
            id=f"{part}-{look.name}",
            marks=() if look in SHORT[part] else pytest.mark.slow,
        )
        for look in EVERY_LOOK + EVERY_LANGUAGE
        for part in PARTS
    ],
)
def test_no_screen_has_violations_or_is_too_wide(
    browser: Browser, scene: Server, look: Look, part: str
) -> None:
    """Findings are reported with the screen's name; axe judges the whole of it."""
    context = browser.new_context(
        color_scheme="dark" if look.scheme == "dark" else "light",
        reduced_motion="reduce",
        has_touch=True,
        is_mobile=True,
        locale=look.language,
    )
    page = context.new_page()
    found: list[str] = []
    names: list[str] = []

    def judge(name: str) -> None:
        names.append(name)
        if pictures.is_compared(look.name, name):
            found.extend(filter(None, [pictures.difference(look.name, name, page.screenshot())]))
        found.extend(f"{name}: {one}" for one in _barriers(page))
        if name not in QUOTING:
            found.extend(f"{name} breaks a word: {one}" for one in page.evaluate(BROKEN))
        found.extend(f"{name} is too wide: {one}" for one in page.evaluate(WIDER))
        if look.text_percent == 100:
            found.extend(f"{name} cuts: {one}" for one in page.evaluate(CUT))

    try:
        PARTS[part](page, scene.url, look, judge)
    finally:
        context.close()
    assert WITHIN[part] <= set(names)
    assert found == [], "\n".join(found)


def _barriers(page: Page) -> list[str]:
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE)
    before = page.evaluate(REVEAL)
    found: list[Any] = page.evaluate(RUN)
    page.evaluate("before => scrollTo(0, before)", before)
    return [str(one) for one in found]
