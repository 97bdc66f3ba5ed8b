"""How the bot writes to a chat: messages, drafts, buttons, and trying again."""
