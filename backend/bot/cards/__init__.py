"""Cards: answers that people tick or answer, as widgets (Bot API 10.4) or as buttons."""
