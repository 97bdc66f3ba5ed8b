"""How a screen can be shown: sizes, platforms with their themes, directions, text sizes."""

from typing import Final

from msgspec import Struct

SIZES: Final = {
    "small": (360, 740),
    "large": (430, 932),
    "flat": (740, 360),
    "tablet": (834, 1112),
    "wide": (1280, 860),
}

_IOS_LIGHT = {
    "bg_color": "#ffffff", "secondary_bg_color": "#efeff4", "section_bg_color": "#ffffff",
    "text_color": "#000000", "hint_color": "#8e8e93", "subtitle_text_color": "#8e8e93",
    "link_color": "#007aff", "accent_text_color": "#007aff", "button_color": "#007aff",
    "button_text_color": "#ffffff", "header_bg_color": "#f8f8f8",
    "section_header_text_color": "#6d6d72", "section_separator_color": "#c8c7cc",
    "destructive_text_color": "#ff3b30",
}  # fmt: skip
_IOS_DARK = {
    "bg_color": "#000000", "secondary_bg_color": "#1c1c1d", "section_bg_color": "#2c2c2e",
    "text_color": "#ffffff", "hint_color": "#98989e", "subtitle_text_color": "#98989e",
    "link_color": "#3e88f7", "accent_text_color": "#3e88f7", "button_color": "#3e88f7",
    "button_text_color": "#ffffff", "header_bg_color": "#1a1a1a",
    "section_header_text_color": "#8d8e93", "section_separator_color": "#545458",
    "destructive_text_color": "#eb5545",
}  # fmt: skip
_ANDROID_LIGHT = {
    "bg_color": "#ffffff", "secondary_bg_color": "#f0f0f0", "section_bg_color": "#ffffff",
    "text_color": "#222222", "hint_color": "#a8a8a8", "subtitle_text_color": "#82868a",
    "link_color": "#2678b6", "accent_text_color": "#1c93e3", "button_color": "#50a8eb",
    "button_text_color": "#ffffff", "header_bg_color": "#527da3",
    "section_header_text_color": "#3a95d5", "section_separator_color": "#d9d9d9",
    "destructive_text_color": "#cc2929",
}  # fmt: skip
_ANDROID_DARK = {
    "bg_color": "#1d2733", "secondary_bg_color": "#151e27", "section_bg_color": "#1d2733",
    "text_color": "#ffffff", "hint_color": "#7d8b99", "subtitle_text_color": "#79889d",
    "link_color": "#5eabe1", "accent_text_color": "#64b5ef", "button_color": "#50a8eb",
    "button_text_color": "#ffffff", "header_bg_color": "#242d39",
    "section_header_text_color": "#79c4fc", "section_separator_color": "#0d1218",
    "destructive_text_color": "#ee686f",
}  # fmt: skip

THEMES: Final = {
    ("ios", "light"): _IOS_LIGHT,
    ("ios", "dark"): _IOS_DARK,
    ("android", "light"): _ANDROID_LIGHT,
    ("android", "dark"): _ANDROID_DARK,
}
"""Telegram's own colours on these platforms, as its clients pass them to Mini Apps."""


class Look(Struct, frozen=True):
    """One way to show a screen; `text_percent` is the reader's text size."""

    size: str
    platform: str
    scheme: str
    language: str
    text_percent: int = 100

    @property
    def name(self) -> str:
        """A name for files and captions."""
        percent = "" if self.text_percent == 100 else f"-{self.text_percent}"
        return f"{self.size}-{self.platform}-{self.scheme}-{self.language}{percent}"


LOOKS: Final = (
    *(
        Look(size, platform, scheme, "en")
        for size in SIZES
        for platform, scheme in THEMES
        if size in ("small", "large") or platform == "ios"
    ),
    Look("small", "ios", "light", "ar"),
    Look("small", "android", "dark", "ar"),
    Look("large", "ios", "dark", "ru"),
    Look("wide", "android", "light", "ar"),
    Look("small", "ios", "light", "en", 200),
    Look("small", "android", "dark", "ar", 200),
)
