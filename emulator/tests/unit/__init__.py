"""The emulator's parts, one by one."""
