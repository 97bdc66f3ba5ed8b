"""Checks of settings beyond their types; settings.py runs them once all are read."""

import re
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from backend.errors import SettingsInvalid
from backend.features import FEATURE_NAMES

if TYPE_CHECKING:
    from backend.settings import Settings

WEBHOOK_SECRET_FORM = re.compile(r"[A-Za-z0-9_-]{1,256}")
"""https://core.telegram.org/bots/api#setwebhook"""
SERVER_ADDRESSES = (
    "ollama_url",
    "vllm_url",
    "lm_studio_url",
    "cocoon_url",
    "compatible_url",
    "moderation_url",
)
BOT_TOKEN_FORM = re.compile(r"[0-9]{5,16}:[A-Za-z0-9_-]{30,64}")


def check(settings: "Settings") -> None:
    """Refuse what cannot work.

    Raises:
        SettingsInvalid: naming the variable and what is wrong with it.
    """
    _require("PORT", 0 < settings.port < 65536, "is not between 1 and 65535")
    given = settings.bot_token
    _require("BOT_TOKEN", not given or bool(BOT_TOKEN_FORM.fullmatch(given)),
             "does not look like a token from BotFather (digits, a colon, letters)")  # fmt: skip
    _check_url("PUBLIC_URL", settings.public_url, ("http", "https"))
    _require("PUBLIC_URL", not settings.public_url.endswith("/"), "must not end with a slash")
    _require("PUBLIC_URL", not _has_path(settings.public_url),
             "must be an address alone, without a path: the server is at its top")  # fmt: skip
    secret = settings.webhook_secret
    _require("WEBHOOK_SECRET", not secret or bool(WEBHOOK_SECRET_FORM.fullmatch(secret)),
             "is not 1 to 256 of A-Z, a-z, 0-9, _ and -, all that Telegram takes")  # fmt: skip
    _require("METRICS_TOKEN", len(settings.metrics_token) >= 16 or not settings.metrics_token,
             "is shorter than 16 characters")  # fmt: skip
    _check_proxies(settings.trusted_proxies)
    for name in SERVER_ADDRESSES:
        if address := getattr(settings, name):
            _check_url(name.upper(), address, ("http", "https"))
    if settings.https_proxy:
        _check_url("HTTPS_PROXY", settings.https_proxy, ("http",))
    if settings.telegram_api_url:
        _check_url("TELEGRAM_API_URL", settings.telegram_api_url, ("http", "https"))
        _require("TELEGRAM_API_URL", not settings.telegram_test_env,
                 "cannot be used together with TELEGRAM_TEST_ENV")  # fmt: skip
    _check_stores(settings)
    _require("DATABASE_POOL_SIZE", settings.database_pool_size > 0, "must be at least 1")
    for name in ("max_runs", "queue_limit", "drain_seconds"):
        _require(name.upper(), getattr(settings, name) >= 0, "must not be negative")
    _check_limits(settings)
    (_check_local if settings.local else _check_production)(settings)


def _check_stores(settings: "Settings") -> None:
    if settings.database_url:
        _check_url("DATABASE_URL", settings.database_url, ("postgresql", "postgres", "sqlite"))
    if settings.files_url:
        _check_files_url(settings.files_url)
    if settings.valkey_url:
        _check_url(
            "VALKEY_URL", settings.valkey_url, ("valkey", "redis", "valkeys", "rediss", "unix")
        )


def _check_files_url(address: str) -> None:
    parts = urlsplit(address)
    _require("FILES_URL", parts.scheme in ("file", "s3"), "does not begin with file:// or s3://")
    if parts.scheme == "file":
        _require("FILES_URL", not parts.netloc and parts.path.startswith("/"),
                 "is not file:/// with a whole path, such as file:///srv/tanya/files")  # fmt: skip
    else:
        _require("FILES_URL", bool(parts.hostname) and "@" not in parts.netloc,
                 "is not s3://bucket/prefix; keys stand in the AWS_… variables")  # fmt: skip


def _check_limits(settings: "Settings") -> None:
    age = settings.minimum_age
    _require("MINIMUM_AGE", age is None or 0 < age < 100, "is not between 1 and 99")
    cap = settings.operator_daily_cap_dollars
    _require("OPERATOR_DAILY_CAP_DOLLARS", cap is None or (cap.is_finite() and 0 <= cap < 10**9),
             "is not an amount from 0 up to a billion")  # fmt: skip
    price = settings.moderation_price_dollars
    _require("MODERATION_PRICE_DOLLARS",
             price is None or (price.is_finite() and 0 <= price < 10**4),
             "is not an amount from 0 up to ten thousand")  # fmt: skip
    _check_offer(settings)


def _check_offer(settings: "Settings") -> None:
    unknown = [one for one in settings.features_off if one not in FEATURE_NAMES]
    _require("FEATURES_OFF", not unknown, f"names what is no feature; there are "
             f"{', '.join(FEATURE_NAMES)}")  # fmt: skip
    languages, countries = settings.served_languages, settings.served_countries
    _require("SERVED_LANGUAGES", all(re.fullmatch("[a-z]{2,3}", one) for one in languages),
             "is no list of languages such as en,ru")  # fmt: skip
    _require("SERVED_COUNTRIES", all(re.fullmatch("[A-Z]{2}", one) for one in countries),
             "is no list of countries such as DE,FR")  # fmt: skip
    _require("SERVED_COUNTRIES", not countries or bool(settings.country_header),
             "needs COUNTRY_HEADER: a country is known from your proxy alone")  # fmt: skip


def _check_proxies(addresses: str) -> None:
    for address in filter(None, (one.strip() for one in addresses.split(","))):
        try:
            if address != "*":
                ip_network(address)
        except ValueError:
            reason = "holds what is no address or network, such as 10.0.0.1 or 10.0.0.0/8"
            raise SettingsInvalid(name="TRUSTED_PROXIES", reason=reason) from None


def _check_local(settings: "Settings") -> None:
    _require("HOST", settings.allow_public or is_loopback(settings.host),
             "is reachable by others, and local mode trusts everyone; "
             "set ALLOW_PUBLIC=true if you mean it")  # fmt: skip


def _check_production(settings: "Settings") -> None:
    _require("BOT_TOKEN", bool(settings.bot_token), "must be set in production")
    _require("MASTER_KEY", bool(settings.master_key),
             "must be set in production; `tanya key` makes one")  # fmt: skip
    _require("PUBLIC_URL", settings.public_url.startswith("https://"),
             "must be an https address in production")  # fmt: skip


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _has_path(url: str) -> bool:
    parts = urlsplit(url)
    return bool(parts.path or parts.query or parts.fragment or not parts.netloc)


def _check_url(name: str, url: str, schemes: tuple[str, ...]) -> None:
    try:
        scheme = urlsplit(url).scheme.split("+")[0]
    except ValueError:
        scheme = ""  # a bracket in a password, taken for an IPv6 address
    _require(
        name, scheme in schemes, f"must start with {' or '.join(s + '://' for s in schemes[:2])}"
    )


def _require(name: str, holds: bool, reason: str) -> None:
    if not holds:
        raise SettingsInvalid(name=name, reason=reason)
