"""The emulator against real Bot API clients."""
