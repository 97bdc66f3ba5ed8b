"""The events that are sent to clients."""
