"""A bot's token for one state directory: random, stored in a file that only its owner can read.

Whoever knows the token can act as the bot; with a constant one every page in the developer's
browser could call the Bot API.
"""

import os
import secrets
from contextlib import suppress
from pathlib import Path


def new_token() -> str:
    """A token in Telegram's form: the bot's id, a colon, 35 characters."""
    return token_of(secrets.randbelow(9 * 10**9) + 10**9)


def token_of(bot_id: int) -> str:
    """A random token for this bot id."""
    return f"{bot_id}:AA{secrets.token_hex(17)[:33]}"


def kept_token(state_dir: Path) -> str:
    """The directory's token, created on first use."""
    path = state_dir / "token"
    if not path.exists():
        state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = path.with_suffix(f".{os.getpid()}")
        descriptor = os.open(fresh, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        with open(descriptor, "w") as file:
            file.write(new_token() + "\n")
        with suppress(FileExistsError):  # another process was first; use its token
            os.link(fresh, path)
        fresh.unlink()
    return path.read_text().strip()
