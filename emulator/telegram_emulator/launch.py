"""The address from which a Telegram client loads a Mini App: launch parameters in the fragment,
with signed init data (core.telegram.org/api/web-events, core.telegram.org/bots/webapps)."""

import hashlib
import secrets
from datetime import timedelta
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

import msgspec

from telegram_emulator.actions import Launch, Launched
from telegram_emulator.errors import ActionRefused
from telegram_emulator.hub import Hub
from telegram_emulator.init_data import sign

WITHOUT_INIT_DATA = ("keyboard", "inline")
"""Sources for which the init data is empty."""
WITH_QUERY = ("menu", "inlineButton", "attachment")
"""Sources whose launches can use answerWebAppQuery."""
MOST_QUERIES = 200
"""How many launches with a query are kept."""


def launch_url(hub: Hub, action: Launch) -> Launched:
    """Make the launch address.

    Raises:
        ActionRefused: when there is no app to open.
    """
    hub.chats.person(action.person_id)
    url = action.url or _menu_url(hub, action.person_id)
    query_id = f"AAE{secrets.token_urlsafe(12)}" if action.source in WITH_QUERY else None
    init_data = "" if action.source in WITHOUT_INIT_DATA else _init_data(hub, action, query_id)
    if query_id is not None:
        queries = hub.world.web_app_queries
        queries[query_id] = action.person_id
        while len(queries) > MOST_QUERIES:
            del queries[next(iter(queries))]
        hub.store.changed()
    return Launched(_with_parameters(url, action, init_data), init_data, query_id)


def _menu_url(hub: Hub, person_id: int) -> str:
    button = hub.profile.menu_button_for(person_id)
    if button["type"] != "web_app":
        raise ActionRefused("the bot has no menu button that opens a Mini App")
    return str(button["web_app"]["url"])


def _init_data(hub: Hub, action: Launch, query_id: str | None) -> str:
    moment = hub.clock.now() - timedelta(seconds=action.age_seconds)
    fields = {"user": _user(hub, action.person_id), "auth_date": str(int(moment.timestamp()))}
    if query_id is not None:
        fields["query_id"] = query_id
    if action.source == "direct":
        fields["chat_type"] = action.chat_type or "sender"
        fields["chat_instance"] = str(action.person_id * 31)
    if action.start_param:
        fields["start_param"] = action.start_param
    token = hub.config.token
    # Telegram's own key is secret; the signature is well-formed and verifies with this key.
    key = hashlib.sha256(f"emulator signature {token}".encode()).digest()
    signed = sign(fields, token, ed25519_private_key=key)
    return _forge(signed) if action.forged else signed


def _forge(signed: str) -> str:
    start, mark, digest = signed.rpartition("hash=")
    return f"{start}{mark}{'0' if digest[0] != '0' else '1'}{digest[1:]}"


def _user(hub: Hub, person_id: int) -> str:
    person, chat = hub.chats.person(person_id), hub.chats.record(person_id)
    user: dict[str, object] = {"id": person.id, "first_name": person.first_name}
    user["last_name"] = person.last_name or ""
    if person.username:
        user["username"] = person.username
    user["language_code"] = person.language_code
    if person.is_premium:
        user["is_premium"] = True
    if (chat.started or chat.write_access) and not chat.blocked:
        user["allows_write_to_pm"] = True
    if person.photo_url:
        user["photo_url"] = person.photo_url
    return msgspec.json.encode(user).decode().replace("/", r"\/")  # as Telegram writes it


def _with_parameters(url: str, action: Launch, init_data: str) -> str:
    """Add the parameters, with every value fully encoded: the official script splits at "=" and
    reads "+" as a space."""
    parameters = {
        "tgWebAppData": init_data,
        "tgWebAppVersion": action.version,
        "tgWebAppPlatform": action.platform,
        "tgWebAppThemeParams": msgspec.json.encode(action.theme_params).decode(),
    }
    if action.start_param:
        parameters["tgWebAppStartParam"] = action.start_param
    if action.default_colors:
        parameters["tgWebAppDefaultColors"] = msgspec.json.encode(action.default_colors).decode()
    for name, wanted in (
        ("tgWebAppFullscreen", action.fullscreen),
        ("tgWebAppShowSettings", action.show_settings),
        ("tgWebAppBotInline", action.source == "inline"),
    ):
        if wanted:
            parameters[name] = "1"
    parts = urlsplit(url)
    query = parts.query
    if action.start_param:
        added = urlencode({"tgWebAppStartParam": action.start_param}, quote_via=quote, safe="")
        query = f"{query}&{added}" if query else added
    fragment = urlencode(parameters, quote_via=quote, safe="")
    if parts.fragment:
        fragment = f"{parts.fragment}&{fragment}"
    return urlunsplit(parts._replace(query=query, fragment=fragment))
