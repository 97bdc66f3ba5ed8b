"""The main flows in other engines than Chromium: `make engines`."""
