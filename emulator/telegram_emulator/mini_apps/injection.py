"""Puts the web view's script into an app's pages, and adapts their Content-Security-Policy."""

import re
from pathlib import Path

SCRIPT_PATH = "/.telegram-emulator/web-view.js"
"""The path of the script on each app's server; no app uses such a path itself."""
SCRIPT = Path(__file__).with_name("web_view.js")

_PROLOGUE = re.compile(rb"(?:\xef\xbb\xbf)?(?:\s*<!--.*?-->)*\s*(?:<!doctype[^>]*>)?", re.I | re.S)
_SCRIPT_DIRECTIVES = ("script-src-elem", "script-src", "default-src")


def inject(html: bytes, nonce: str) -> bytes:
    """The page with the script tag before everything else, so that it runs first.

    It is a short tag and not the script itself, since a page's `<meta charset>` must be in its
    first 1024 bytes.
    """
    prologue = _PROLOGUE.match(html)
    at = prologue.end() if prologue else 0
    tag = f'<script nonce="{nonce}" src="{SCRIPT_PATH}"></script>'.encode()
    return html[:at] + tag + html[at:]


def admit(policy: str, nonce: str, frame_ancestor: str) -> str:
    """A Content-Security-Policy that allows the script and framing by the page.

    Native clients are not subject to either rule: their script is not part of the page, and their
    web view is no frame.
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
    """A nonce is only added where it is needed, since it would disable `'unsafe-inline'`."""
    lowered = {source.lower() for source in sources}
    sources = [source for source in sources if source.lower() != "'none'"]
    if "'strict-dynamic'" in lowered:
        return [*sources, f"'nonce-{nonce}'"]
    return sources if "'self'" in lowered else [*sources, "'self'"]
