"""Who is calling: Telegram's init data, people, sessions and their limits."""
