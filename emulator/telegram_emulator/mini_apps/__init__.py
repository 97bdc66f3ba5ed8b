"""Serves Mini Apps of other origins to the page, as a Telegram client's web view shows them."""

from telegram_emulator.mini_apps.servers import MiniAppServers

__all__ = ["MiniAppServers"]
