"""What a Mini App needs of Telegram's servers: its launch, custom methods, permissions."""

from telegram_emulator.actions import (
    AllowEmojiStatus,
    AllowWriteAccess,
    CustomMethodInvoked,
    InvokeCustomMethod,
    Launch,
    Launched,
    MiniAppServed,
    SendWebAppData,
    ServeMiniApp,
)
from telegram_emulator.control.handlers import Actions
from telegram_emulator.errors import ActionRefused
from telegram_emulator.hub import Hub
from telegram_emulator.launch import launch_url
from telegram_emulator.storage import invoke
from telegram_emulator.world import EmojiStatusRecord

MOST_DATA = 4096
"""Maximum size in bytes of `Telegram.WebApp.sendData`."""


def launch(hub: Hub, action: Launch) -> Launched:
    """Make the address that a client would load."""
    return launch_url(hub, action)


async def serve_mini_app(hub: Hub, action: ServeMiniApp) -> MiniAppServed:
    """Serve an app of another origin."""
    try:
        return MiniAppServed(await hub.mini_apps.port_for(action.url))
    except ValueError as error:
        raise ActionRefused(str(error)) from None


def invoke_custom_method(hub: Hub, action: InvokeCustomMethod) -> CustomMethodInvoked:
    """Custom methods such as CloudStorage; an error is a result here, as it is for the app."""
    hub.chats.person(action.person_id)
    return invoke(hub, action.person_id, action.method, action.params)


def allow_write_access(hub: Hub, action: AllowWriteAccess) -> None:
    """Allow the bot to write to the person; a service message tells it."""
    chat = hub.chats.record(action.person_id)
    if chat.write_access:
        return
    chat.write_access = True
    hub.chats.tell(action.person_id)
    hub.chats.say(action.person_id, {"write_access_allowed": {"from_request": True}})


def allow_emoji_status(hub: Hub, action: AllowEmojiStatus) -> None:
    """Allow the bot to set the person's emoji status, or no longer."""
    hub.chats.person(action.person_id)
    if action.allowed:
        hub.world.emoji_statuses.setdefault(action.person_id, EmojiStatusRecord())
    else:
        hub.world.emoji_statuses.pop(action.person_id, None)
    hub.store.changed()


def send_web_app_data(hub: Hub, action: SendWebAppData) -> None:
    """An app that was opened from a keyboard button sends its data and is closed."""
    hub.chats.person(action.person_id)
    if not 1 <= len(action.data.encode()) <= MOST_DATA:
        raise ActionRefused("DATA_INVALID")
    data = {"data": action.data, "button_text": action.button_text}
    hub.chats.say(action.person_id, {"web_app_data": data})


ACTIONS: Actions = {
    Launch: launch,
    ServeMiniApp: serve_mini_app,
    InvokeCustomMethod: invoke_custom_method,
    AllowWriteAccess: allow_write_access,
    AllowEmojiStatus: allow_emoji_status,
    SendWebAppData: send_web_app_data,
}
