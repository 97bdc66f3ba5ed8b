"""Bringing answers that nobody watched to the chat with the bot."""
