"""The emulator's tests."""
