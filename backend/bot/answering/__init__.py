"""Answering a question in a chat, in a group or in a placed message."""
