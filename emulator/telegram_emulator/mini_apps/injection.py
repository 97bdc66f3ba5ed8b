"""Puts the web view's script into an app's pages, and makes room for it in their policy."""

import re
from pathlib import Path

SCRIPT_PATH = "/.telegram-emulator/web-view.js"
"""Where each app's server answers with the script; no app has such an address of its own."""
SCRIPT = Path(__file__).with_name("web_view.js")

_PROLOGUE = re.compile(rb"(?:\xef\xbb\xbf)?(?:\s*<!--.*?-->)*\s*(?:<!doctype[^>]*>)?", re.I | re.S)
_SCRIPT_DIRECTIVES = ("script-src-elem", "script-src", "default-src")


def inject(html: bytes, nonce: str) -> bytes:
    """The page with the script before everything else in it, so that it runs first.

    A short tag, not the script itself: a page's `<meta charset>` counts only within its first
    1024 bytes.
    """
    prologue = _PROLOGUE.match(html)
    at = prologue.end() if prologue else 0
    tag = f'<script nonce="{nonce}" src="{SCRIPT_PATH}"></script>'.encode()
    return html[:at] + tag + html[at:]


def admit(policy: str, nonce: str, frame_ancestor: str) -> str:
    """A Content-Security-Policy that lets the script run and the page frame the app.

    Native clients obey neither rule: their script comes from outside of the page, and their web
    view is no frame.
    """
    directives = [part.split() for part in policy.split(";") if part.strip()]
    names = {words[0].lower() for words in directives}
    governing = next((name for name in _SCRIPT_DIRECTIVES if name in names), None)
    kept = []
    for name, *sources in directives:
        if name.lower() == "frame-ancestors":
            continue
        if name.lower() == governing:
            sources = _with_script(sources, nonce)
        kept.append(" ".join([name, *sources]))
    return "; ".join([*kept, f"frame-ancestors {frame_ancestor}"])


def _with_script(sources: list[str], nonce: str) -> list[str]:
    """A nonce is added only where it is needed: it would switch `'unsafe-inline'` off."""
    lowered = {source.lower() for source in sources}
    sources = [source for source in sources if source.lower() != "'none'"]
    if "'strict-dynamic'" in lowered:
        return [*sources, f"'nonce-{nonce}'"]
    return sources if "'self'" in lowered else [*sources, "'self'"]
