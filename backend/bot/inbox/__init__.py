"""Telegram's updates: stored before they are acknowledged, then handled lane by lane."""
