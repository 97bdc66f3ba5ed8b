"""The events that clients are sent, as they go over the wire."""
