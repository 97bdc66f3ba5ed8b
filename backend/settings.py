"""The settings: one frozen struct, read once from the environment and passed in.

Every field is one environment variable (its name in capitals; `mode` is `TANYA_MODE`).
docs/settings.md shows this same table, and a test holds the two together.
"""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, get_type_hints

import msgspec
from msgspec import Meta

from backend.errors import SettingsInvalid
from backend.settings_checks import check

Mode = Literal["local", "production"]

EMULATOR_API_PATH = "/telegram-api"
"""Where this server serves the emulator's Bot API in local mode."""


def _says(text: str) -> Meta:
    return Meta(description=text)


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What the environment says about this installation."""

    mode: Annotated[Mode, _says("`local` (emulator, no Telegram) or `production`")] = "local"
    host: Annotated[
        str,
        _says(
            "Address to listen on; when it is not given and a platform gives `PORT` in production, "
            "`0.0.0.0`"
        ),
    ] = "127.0.0.1"
    port: Annotated[int, _says("Port to listen on")] = 8000
    allow_public: Annotated[
        bool, _says("Lets local mode listen on an address that others can reach")
    ] = False
    public_url: Annotated[
        str, _says("Where people reach this server; https in production, no trailing slash")
    ] = "http://localhost:8000"
    data_dir: Annotated[Path, _says("The one directory that holds everything kept")] = Path(".data")
    bot_token: Annotated[
        str, _says("The bot's token from BotFather; made on first start in local mode")
    ] = ""
    bot_username: Annotated[
        str, _says("The bot's name without @, for links; asked of Telegram when empty")
    ] = ""
    webhook_secret: Annotated[
        str, _says("Secret that Telegram sends with updates; derived from MASTER_KEY when empty")
    ] = ""
    telegram_test_env: Annotated[bool, _says("Use Telegram's test environment")] = False
    telegram_api_url: Annotated[
        str, _says("A Bot API server of your own, such as `http://localhost:8081`")
    ] = ""
    database_url: Annotated[
        str,
        _says(
            "`postgresql://…`, or empty for SQLite in the data directory; behind PgBouncer in "
            "transaction mode with `?pgbouncer=true`"
        ),
    ] = ""
    files_url: Annotated[
        str, _says("Where files' contents go: `file:///…` or `s3://…`; empty: the database")
    ] = ""
    database_pool_size: Annotated[
        int, _says("The most connections that one process opens to PostgreSQL")
    ] = 20
    valkey_url: Annotated[
        str,
        _says("`valkey://…`, for several processes; `?cluster=true`: a cluster; empty: in memory"),
    ] = ""
    master_key: Annotated[
        str, _says("32 bytes in base64 that wrap people's keys; made on first start in local mode")
    ] = ""
    master_key_previous: Annotated[
        str, _says("Another master key that is accepted while `tanya key rotate` replaces it")
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
    https_proxy: Annotated[
        str, _says("An HTTP proxy on the way to providers, such as `http://proxy:3128`")
    ] = ""
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
    minimum_age: Annotated[
        int | None,
        _says(
            "How old people must be to ask anything, in years; they are asked once; empty is any"
        ),
    ] = None
    moderation: Annotated[
        Literal["none", "rules", "provider"],
        _says(
            "Who judges what is asked and answered: nobody, the local word rules, or those and a "
            "provider's `/moderations`"
        ),
    ] = "none"
    moderation_rules: Annotated[
        str, _says("A TOML file of word rules ([moderation](moderation.md)); empty is none")
    ] = ""
    moderation_provider: Annotated[
        str,
        _says(
            "The provider of the catalog whose `/moderations` is asked, such as `openai` or "
            "`mistral`; `moderation` is the server at MODERATION_URL"
        ),
    ] = "openai"
    moderation_model: Annotated[str, _says("The model that judges there")] = (
        "omni-moderation-latest"
    )
    moderation_url: Annotated[
        str,
        _says("Any server that speaks OpenAI's moderations, up to and with `/v1`"),
    ] = ""
    moderation_api_key: Annotated[str, _says("Key for that server, if it wants one")] = ""
    moderation_price_dollars: Annotated[
        Decimal | None,
        _says("What that provider charges for a million tokens, in US dollars; empty is nothing"),
    ] = None
    moderation_pictures: Annotated[
        bool,
        _says(
            "Whether that model judges pictures, as OpenAI's does; one that does not leaves them "
            "unjudged"
        ),
    ] = True
    moderation_unavailable: Annotated[
        Literal["rules", "refuse"],
        _says(
            "When that provider cannot be asked: `rules` goes on with the local rules alone, "
            "`refuse` lets nothing be asked or shown"
        ),
    ] = "rules"
    features_off: Annotated[
        tuple[str, ...],
        _says(
            "What is switched off, separated by commas: `checks`, `sharing`, `groups`, `inline`, "
            "`business`, `pictures`, `schedules`, `voice`, `suggestions`"
        ),
    ] = ()
    served_languages: Annotated[
        tuple[str, ...], _says("Languages in which the service is offered, such as `en,ru`")
    ] = ()
    served_countries: Annotated[
        tuple[str, ...], _says("Countries in which the app, not the bot, is offered: `DE,FR`")
    ] = ()
    country_header: Annotated[
        str, _says("The header in which your proxy names the country, such as `CF-IPCountry`")
    ] = ""
    admin_ids: Annotated[
        tuple[int, ...],
        _says("Telegram ids of the owners: all of the console, separated by commas"),
    ] = ()
    support_ids: Annotated[
        tuple[int, ...],
        _says("Ids of those who may help people in the console: look, give, ban, answer"),
    ] = ()
    finance_ids: Annotated[
        tuple[int, ...], _says("Ids of those who may see figures and refund in the console")
    ] = ()
    reader_ids: Annotated[
        tuple[int, ...], _says("Ids of those who may look in the console and change nothing")
    ] = ()
    trusted_proxies: Annotated[
        str, _says("Addresses of proxies whose X-Forwarded-For is believed, separated by commas")
    ] = "127.0.0.1"
    metrics_token: Annotated[
        str, _says("Token that Prometheus sends to read `/metrics`; empty closes it")
    ] = ""
    worker_metrics_port: Annotated[
        int, _says("Port at which the worker serves `/metrics` too, with METRICS_TOKEN; 0: none")
    ] = 0
    otel_exporter_otlp_endpoint: Annotated[
        str, _says("An OpenTelemetry collector for traces and metrics; needs `tanya[tracing]`")
    ] = ""
    openapi_open: Annotated[
        bool, _says("Show the API's document at `/openapi/openapi.json` in production too")
    ] = False
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
        Literal["auto", "json", "text"],
        _says("`json` or `text`; `auto` is text at a terminal in local mode"),
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
        if "host" not in values and "port" in values and values.get("mode") == "production":
            values["host"] = "0.0.0.0"  # a platform's router is on another machine
        settings = cls(**values)
        check(settings)
        return settings

    @property
    def local(self) -> bool:
        """Whether the emulator plays Telegram."""
        return self.mode == "local"

    @property
    def daily_cap(self) -> int | None:
        """The operator's cap on a day's cost at providers, in micro-dollars; None is none."""
        return None if (cap := self.operator_daily_cap_dollars) is None else int(cap * 1_000_000)

    @property
    def database(self) -> str:
        """The database's address, the default filled in."""
        return self.database_url or f"sqlite:///{self.data_dir / 'tanya.db'}"


def variable(field: str) -> str:
    """The environment variable of a field."""
    return "TANYA_MODE" if field == "mode" else field.upper()


def _variables() -> dict[str, tuple[str, object]]:
    return {name: (variable(name), kind) for name, kind in get_type_hints(Settings).items()}


def _parse(name: str, kind: object, text: str) -> object:
    """Turn one variable's text into its field's type."""
    try:
        if kind is Path:
            return Path(text).expanduser()
        if kind == tuple[int, ...]:
            return tuple(int(part) for part in text.split(",") if part.strip())
        if kind == tuple[str, ...]:
            return tuple(part.strip() for part in text.split(",") if part.strip())
        return msgspec.convert(text.strip(), kind, strict=False)
    except (msgspec.ValidationError, ValueError, RuntimeError):
        raise SettingsInvalid(name=name, reason=f"is not {_wanted(kind)}") from None


def _wanted(kind: object) -> str:
    if kind is Path:
        return "a path: there is no such person's home"
    if kind is int or kind == int | None:
        return "a whole number"
    if kind is bool:
        return "true or false"
    if kind == Decimal | None:
        return "an amount such as 25 or 12.50"
    if kind == tuple[int, ...]:
        return "a list of whole numbers separated by commas"
    return f"one of {', '.join(getattr(kind, '__args__', ()))}"
