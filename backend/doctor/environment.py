"""Environment variables that are valid but probably a mistake."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from urllib.parse import urlsplit

from backend.doctor.finding import Finding
from backend.errors import SettingsInvalid
from backend.settings import Settings, variable

NEAR = 0.8
"""How similar two names must be (difflib's ratio); a lower value reports unrelated variables."""
PREFIXES = ("TANYA_", "TELEGRAM_")
SERVERS_WITH_V1 = ("ollama_url", "vllm_url", "lm_studio_url")


def check_settings(environ: Mapping[str, str]) -> list[Finding]:
    """Every setting that cannot be used, each as if those before it were not set."""
    kept, found = dict(environ), list[Finding]()
    while True:
        try:
            Settings.from_environment(kept)
        except SettingsInvalid as error:
            name, reason = str(error.details["name"]), error.details["reason"]
            if name in environ and name not in kept:
                return found  # it cannot be left out either
            mend = f"change {name}" if name in kept else f"set {name}"
            found.append(Finding("settings", f"{name} {reason}", mend))
            if kept.pop(name, None) is None:
                return found
        else:
            return found


def check_names(environ: Mapping[str, str]) -> Iterator[Finding]:
    """Unused variables whose names are almost a setting's."""
    known = [variable(field) for field in Settings.__struct_fields__]
    for name in sorted(environ.keys() - set(known)):
        if nearest := _nearest(name, known):
            yield Finding("settings", f"{name} is no setting", f"did you mean {nearest}?")
        elif name.startswith("TANYA_"):
            yield Finding("settings", f"{name} is no setting", "see `tanya settings`")


def _nearest(name: str, known: list[str]) -> str | None:
    for prefix in PREFIXES:
        bare = name.removeprefix(prefix)
        if bare in known and bare != name:
            return bare
    if name.endswith("_KEY") and (whole := name.removesuffix("KEY") + "API_KEY") in known:
        return whole
    return next(iter(get_close_matches(name.upper(), known, n=1, cutoff=NEAR)), None)


def check_addresses(settings: Settings) -> Iterator[Finding]:
    """Model servers whose address is not their protocol's base path."""
    for field in SERVERS_WITH_V1:
        address = getattr(settings, field)
        if address and not urlsplit(address).path.rstrip("/").endswith("/v1"):
            shown = f"{variable(field)} does not end with /v1"
            yield Finding("settings", shown, "give the address up to and with /v1")


def check_admins(settings: Settings) -> Finding:
    """Who is notified when something is wrong."""
    if not settings.admin_ids and not settings.local:
        mend = "set ADMIN_IDS to your own Telegram id"
        return Finding("operators", "none: nobody is told when something is wrong", mend)
    return Finding("operators", f"{len(settings.admin_ids)} in ADMIN_IDS")
