"""What other rooms do through Telegram: one class for each port that a room declares."""
