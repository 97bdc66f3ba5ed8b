"""What is stored of chats and groups, and where in them an answer goes."""
