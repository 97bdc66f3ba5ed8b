"""An answer in a chat, in a group or in a placed message, from the question on."""
