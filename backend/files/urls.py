"""Checks URLs of pages before any request: anything that is not clearly a public web page is
refused."""

import re
from ipaddress import ip_address
from typing import Final

from yarl import URL

from backend.errors import PageForbidden

MAX_URL: Final = 2_000
MAX_HOST: Final = 253

# Different programs interpret spaces, control characters and backslashes differently.
_STRANGE: Final = re.compile(r"[\x00-\x20\x7f\\\u00a0\u2028\u2029\ufeff]")
_LABEL: Final = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?")
_TOP_LABEL: Final = re.compile(r"[a-z][a-z0-9-]{0,61}[a-z0-9]")
_PORTS: Final = {"http": 80, "https": 443}
_CLOSED_ENDINGS: Final = (
    *("localhost", "local", "localdomain", "internal", "intranet", "private", "corp", "home"),
    *("lan", "home.arpa", "in-addr.arpa", "ip6.arpa", "onion", "i2p", "test", "invalid"),
    *("example", "alt", "svc", "cluster", "consul"),
)


def check_url(text: str) -> URL:
    """The address that will be requested.

    Raises:
        PageForbidden: another scheme, a user or password, an odd port, a host that is no full
            domain name and no public-looking address, or characters that are read in two ways.
    """
    if len(text) > MAX_URL or _STRANGE.search(text):
        raise PageForbidden(reason="characters")
    try:
        url = URL(text)
        port = url.explicit_port
    except ValueError:
        raise PageForbidden(reason="malformed") from None
    if url.scheme not in _PORTS or not url.raw_host:
        raise PageForbidden(reason="scheme")
    if "@" in re.split(r"[/?#]", text.partition("://")[2], maxsplit=1)[0] or url.user is not None:
        raise PageForbidden(reason="user")
    if port not in (None, _PORTS[url.scheme]):
        raise PageForbidden(reason="port")
    _check_host(url.raw_host)
    return url.with_fragment(None)


def literal(host: str) -> bool:
    """Whether a host is an IP address in its canonical form."""
    try:
        return str(ip_address(host)) == host
    except ValueError:
        return False


def _check_host(host: str) -> None:
    if literal(host):
        return
    name = host.removesuffix(".")
    if len(name) > MAX_HOST or name != name.lower() or not name.isascii():
        raise PageForbidden(reason="host")
    *labels, top = name.split(".")
    # A last label that is not alphabetic makes it a number in some form: 127.1, 0x7f.1, 2130706433.
    if not labels or not _TOP_LABEL.fullmatch(top):
        raise PageForbidden(reason="host")
    if not all(_LABEL.fullmatch(label) for label in labels):
        raise PageForbidden(reason="host")
    if any(name == ending or name.endswith("." + ending) for ending in _CLOSED_ENDINGS):
        raise PageForbidden(reason="host")
