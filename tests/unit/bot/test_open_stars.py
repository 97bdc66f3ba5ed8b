"""Stars for commands."""

from pathlib import Path

from backend.bot.ports.stars import TelegramStars, open_stars
from backend.settings import Settings


async def test_local_mode_needs_no_bot_token(tmp_path: Path) -> None:
    """A command about money opens the bot of the data directory, whose token is made there."""
    async with open_stars(Settings(data_dir=tmp_path)) as stars:
        assert isinstance(stars, TelegramStars)
    assert (tmp_path / "bot_token").exists()
