"""What is stored about chats and groups, and where in them an answer goes."""
