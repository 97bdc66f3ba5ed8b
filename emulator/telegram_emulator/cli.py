"""The `telegram-emulator` command. Every failure is one line that says what to do."""

import asyncio
import os
import sys
import threading
from pathlib import Path

import click
import msgspec

from telegram_emulator.bot_token import kept_token
from telegram_emulator.config import Config
from telegram_emulator.emulator import Emulator
from telegram_emulator.errors import ConfigInvalid, EmulatorError
from telegram_emulator.server import listen, serve


@click.command()
@click.option(
    "--token",
    "tokens",
    multiple=True,
    help="The bot's token; a random one is kept in the state directory. Repeat it for more bots.",
)
@click.option("--app", "app_url", default="", help="Address of the bot's Mini App.")
@click.option("--port", default=8081, show_default=True, help="Port to listen on; 0 for any.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--state",
    "state_dir",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(".telegram-emulator"),
    show_default=True,
    help="Directory that keeps people, chats and Stars.",
)
@click.option("--name", default="Bot", show_default=True, help="The bot's name.")
@click.option("--username", default="local_bot", show_default=True, help="The bot's username.")
@click.option(
    "--record",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write the session to, for a test to do again.",
)
@click.option("--headless", is_flag=True, help="Do not open the page in a browser.")
@click.option(
    "--client",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=lambda context, _, wanted: _show_client(context, wanted),
    help="Say where the client for Node and Playwright lies, and end.",
)
@click.version_option(package_name="telegram-emulator", message="telegram-emulator %(version)s")
def main(
    tokens: tuple[str, ...],
    app_url: str,
    port: int,
    host: str,
    state_dir: Path,
    name: str,
    username: str,
    record: Path | None,
    headless: bool,
) -> None:
    """Play Telegram on this machine, for a bot and its Mini App."""
    try:
        first = Config(
            token=tokens[0] if tokens else kept_token(state_dir),
            state_dir=state_dir,
            bot_name=name,
            bot_username=username,
            app_url=app_url,
            record=record,
            app_port=port + 1 if 0 < port < 65535 else 0,
        )
        emulators = [Emulator(config) for config in _configs(first, tokens)]
        asyncio.run(_run(emulators, host, port, token_made=not tokens, headless=headless))
    except EmulatorError as error:
        sys.exit(f"telegram-emulator: {error}")
    except OSError as error:
        sys.exit(f"telegram-emulator: {state_dir} cannot be used: {error.strerror}")
    except KeyboardInterrupt:
        pass  # Ctrl-C is the usual way to stop it


def _show_client(context: click.Context, wanted: bool) -> None:
    if wanted:
        click.echo(Path(__file__).with_name("client") / "telegram.mjs")
        context.exit()


def _configs(first: Config, tokens: tuple[str, ...]) -> list[Config]:
    """The configuration of one bot, or of several, each with its own directory and name."""
    if len(tokens) < 2:
        return [first]
    configs = [msgspec.structs.replace(first, token=token) for token in tokens]
    if len({config.bot_id for config in configs}) < len(configs):
        raise ConfigInvalid("two of the tokens are the same bot's")
    stem = first.bot_username.removesuffix("_bot")
    return [
        msgspec.structs.replace(
            config,
            state_dir=first.state_dir / str(config.bot_id),
            bot_name=first.bot_name if number == 1 else f"{first.bot_name} {number}",
            record=first.record if number == 1 else None,
            bot_username=first.bot_username if number == 1 else f"{stem}_{number}_bot",
            app_port=first.app_port if number == 1 else 0,
        )
        for number, config in enumerate(configs, 1)
    ]


async def _run(
    emulators: list[Emulator], host: str, port: int, *, token_made: bool, headless: bool
) -> None:
    for emulator in emulators:
        emulator.claim()
    listening = listen(host, port)
    page = f"http://localhost:{listening.getsockname()[1]}/"

    def ready() -> None:
        click.echo(f"Telegram is played at {page}   (Ctrl-C ends it)")
        shown = emulators[0].config.token if token_made else "<token>"
        click.echo(f"The Bot API is at {page}bot{shown}/METHOD")
        if not headless and has_display():
            import webbrowser  # imported here, since CI does not need it

            threading.Thread(target=webbrowser.open, args=(page,), daemon=True).start()

    await serve(emulators, listening, ready)


def has_display() -> bool:
    """Whether a browser window can be opened here."""
    if sys.platform in ("darwin", "win32"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
