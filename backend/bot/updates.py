"""Which updates Tanya asks Telegram for. A kind that is not listed never arrives."""

ALLOWED_UPDATES = [
    "message",
    "callback_query",
    "my_chat_member",
    "pre_checkout_query",
    "subscription",
    "stopped_message_generation",
]
