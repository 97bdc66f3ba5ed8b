"""The settings: one frozen struct, read once from the environment and passed in.

Every field is one environment variable (its name in capitals; `mode` is `TANYA_MODE`).
docs/settings.md shows this same table, and a test holds the two together.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal, get_type_hints
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from backend.errors import SettingsInvalid

Mode = Literal["local", "production"]

# The emulator's bot: a well-formed token that Telegram never issued. Production refuses it.
LOCAL_BOT_TOKEN = "1000000001:AALocalEmulatorTokenThatTelegramNeverMade"
BOT_TOKEN_FORM = re.compile(r"[0-9]{5,16}:[A-Za-z0-9_-]{30,64}")


def _says(text: str) -> Meta:
    return Meta(description=text)


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What the environment says about this installation."""

    mode: Annotated[Mode, _says("`local` (emulator, no Telegram) or `production`")] = "local"
    host: Annotated[str, _says("Address to listen on")] = "127.0.0.1"
    port: Annotated[int, _says("Port to listen on")] = 8000
    allow_public: Annotated[
        bool, _says("Lets local mode listen on an address that others can reach")
    ] = False
    public_url: Annotated[
        str, _says("Where people reach this server; https in production, no trailing slash")
    ] = "http://localhost:8000"
    data_dir: Annotated[Path, _says("The one directory that holds everything kept")] = Path(".data")
    bot_token: Annotated[str, _says("The bot's token from BotFather")] = LOCAL_BOT_TOKEN
    bot_username: Annotated[
        str, _says("The bot's name without @, for links; asked of Telegram when empty")
    ] = ""
    webhook_secret: Annotated[
        str, _says("Secret that Telegram sends with updates; derived from MASTER_KEY when empty")
    ] = ""
    telegram_test_env: Annotated[bool, _says("Use Telegram's test environment")] = False
    database_url: Annotated[
        str, _says("`postgresql://…`, or empty for SQLite in the data directory")
    ] = ""
    valkey_url: Annotated[
        str, _says("`valkey://…`, needed for several processes; empty keeps logs in memory")
    ] = ""
    master_key: Annotated[
        str, _says("32 bytes in base64 that wrap people's keys; made on first start in local mode")
    ] = ""
    xai_api_key: Annotated[str, _says("Key for xAI; makes Grok the default model")] = ""
    openai_api_key: Annotated[str, _says("Key for OpenAI")] = ""
    anthropic_api_key: Annotated[str, _says("Key for Anthropic")] = ""
    openrouter_api_key: Annotated[str, _says("Key for OpenRouter")] = ""
    google_api_key: Annotated[str, _says("Key for Google's Gemini models")] = ""
    groq_api_key: Annotated[str, _says("Key for Groq")] = ""
    mistral_api_key: Annotated[str, _says("Key for Mistral")] = ""
    deepseek_api_key: Annotated[str, _says("Key for DeepSeek")] = ""
    together_api_key: Annotated[str, _says("Key for Together")] = ""
    fireworks_api_key: Annotated[str, _says("Key for Fireworks")] = ""
    cerebras_api_key: Annotated[str, _says("Key for Cerebras")] = ""
    ollama_url: Annotated[
        str, _says("Where Ollama listens, up to and with `/v1`; makes its models available")
    ] = ""
    vllm_url: Annotated[str, _says("The same for vLLM")] = ""
    lm_studio_url: Annotated[str, _says("The same for LM Studio")] = ""
    cocoon_url: Annotated[str, _says("The same for a Cocoon client")] = ""
    compatible_url: Annotated[
        str, _says("The same for any other server that speaks Chat Completions")
    ] = ""
    compatible_api_key: Annotated[str, _says("Key for that server, if it wants one")] = ""
    models_file: Annotated[
        str, _says("A TOML file that adds to or changes the models and providers")
    ] = ""
    local_model_path: Annotated[
        str, _says("A GGUF file for the local model; empty fetches the small default one")
    ] = ""
    local_model_enabled: Annotated[bool, _says("Whether to run the local model")] = True
    simulated_providers: Annotated[
        bool, _says("Offer labelled simulations of Grok and faults (local mode only)")
    ] = True
    admin_ids: Annotated[
        tuple[int, ...], _says("Telegram ids of the operators, separated by commas")
    ] = ()
    trusted_proxies: Annotated[
        str, _says("Addresses of proxies whose X-Forwarded-For is believed, separated by commas")
    ] = "127.0.0.1"
    operator_daily_cap_dollars: Annotated[
        Decimal | None,
        _says("The most that a day (UTC) may cost at providers, in US dollars; empty is no cap"),
    ] = None
    max_runs: Annotated[
        int, _says("Answers generated at once by one process; more wait in a queue")
    ] = 10_000
    queue_limit: Annotated[int, _says("Answers that may wait; more are refused")] = 1_000
    drain_seconds: Annotated[
        int, _says("How long running answers may go on after a request to stop, in seconds")
    ] = 20
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], _says("The least level that is logged")
    ] = "info"
    log_format: Annotated[
        Literal["auto", "json", "text"], _says("`json`, `text`, or by whether it is a terminal")
    ] = "auto"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "Settings":
        """Read and check the settings.

        Raises:
            SettingsInvalid: naming the variable and what is wrong with it.
        """
        values: dict[str, Any] = {
            field: _parse(name, kind, environ[name])
            for field, (name, kind) in _variables().items()
            if environ.get(name, "") != ""
        }
        if "public_url" not in values:
            values["public_url"] = f"http://localhost:{values.get('port', 8000)}"
        settings = cls(**values)
        _check(settings)
        return settings

    @property
    def local(self) -> bool:
        """Whether the emulator plays Telegram."""
        return self.mode == "local"

    @property
    def daily_cap(self) -> int | None:
        """The operator's cap on a day's cost at providers, in micro-dollars; None is none."""
        dollars = self.operator_daily_cap_dollars
        return None if dollars is None else int(dollars * 1_000_000)

    @property
    def bot_id(self) -> int:
        """The bot's Telegram id: the part of the token before the colon."""
        return int(self.bot_token.split(":")[0])

    @property
    def database(self) -> str:
        """The database's address, the default filled in."""
        return self.database_url or f"sqlite:///{self.data_dir / 'tanya.db'}"


def variable(field: str) -> str:
    """The environment variable of a field."""
    return "TANYA_MODE" if field == "mode" else field.upper()


def _variables() -> dict[str, tuple[str, object]]:
    hints = get_type_hints(Settings)
    return {name: (variable(name), hints[name]) for name in Settings.__struct_fields__}


def _parse(name: str, kind: object, text: str) -> object:
    """Turn one variable's text into its field's type."""
    try:
        if kind is Path:
            return Path(text).expanduser()
        if kind == tuple[int, ...]:
            return tuple(int(part) for part in text.split(",") if part.strip())
        return msgspec.convert(text.strip(), kind, strict=False)
    except (msgspec.ValidationError, ValueError, RuntimeError):
        raise SettingsInvalid(name=name, reason=f"is not {_wanted(kind)}") from None


def _wanted(kind: object) -> str:
    if kind is Path:
        return "a path: there is no such person's home"
    if kind is int:
        return "a whole number"
    if kind is bool:
        return "true or false"
    if kind == Decimal | None:
        return "an amount such as 25 or 12.50"
    if kind == tuple[int, ...]:
        return "a list of whole numbers separated by commas"
    return f"one of {', '.join(getattr(kind, '__args__', ()))}"


def _check(settings: Settings) -> None:
    _require("PORT", 0 < settings.port < 65536, "is not between 1 and 65535")
    _require("BOT_TOKEN", bool(BOT_TOKEN_FORM.fullmatch(settings.bot_token)),
             "does not look like a token from BotFather (digits, a colon, letters)")  # fmt: skip
    _check_url("PUBLIC_URL", settings.public_url, ("http", "https"))
    _require("PUBLIC_URL", not settings.public_url.endswith("/"), "must not end with a slash")
    if settings.database_url:
        _check_url("DATABASE_URL", settings.database_url, ("postgresql", "postgres", "sqlite"))
    if settings.valkey_url:
        _check_url(
            "VALKEY_URL", settings.valkey_url, ("valkey", "redis", "valkeys", "rediss", "unix")
        )
    for name in ("max_runs", "queue_limit", "drain_seconds"):
        _require(variable(name), getattr(settings, name) >= 0, "must not be negative")
    cap = settings.operator_daily_cap_dollars
    _require("OPERATOR_DAILY_CAP_DOLLARS", cap is None or (cap.is_finite() and 0 <= cap < 10**9),
             "is not an amount from 0 up to a billion")  # fmt: skip
    (_check_local if settings.local else _check_production)(settings)


def _check_local(settings: Settings) -> None:
    _require("HOST", settings.allow_public or _is_loopback(settings.host),
             "is reachable by others, and local mode trusts everyone; "
             "set ALLOW_PUBLIC=true if you mean it")  # fmt: skip


def _check_production(settings: Settings) -> None:
    _require("BOT_TOKEN", settings.bot_token != LOCAL_BOT_TOKEN, "must be set in production")
    _require("MASTER_KEY", bool(settings.master_key),
             "must be set in production; `tanya key` makes one")  # fmt: skip
    _require("PUBLIC_URL", settings.public_url.startswith("https://"),
             "must be an https address in production")  # fmt: skip


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _check_url(name: str, url: str, schemes: tuple[str, ...]) -> None:
    scheme = urlsplit(url).scheme.split("+")[0]
    _require(
        name, scheme in schemes, f"must start with {' or '.join(s + '://' for s in schemes[:2])}"
    )


def _require(name: str, holds: bool, reason: str) -> None:
    if not holds:
        raise SettingsInvalid(name=name, reason=reason)


def markdown_table() -> str:
    """All settings as a Markdown table: what docs/settings.md shows."""
    rows = ["| Variable | Default | Meaning |", "|---|---|---|"]
    hints = get_type_hints(Settings, include_extras=True)
    for field in msgspec.structs.fields(Settings):
        meaning = hints[field.name].__metadata__[0].description
        rows.append(f"| `{variable(field.name)}` | {_shown(field.default)} | {meaning} |")
    return "\n".join(rows)


def _shown(default: object) -> str:
    if default == LOCAL_BOT_TOKEN:
        return "the emulator's"
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    return f"`{default}`" if default not in ("", (), None) else ""
