"""Tests against real databases and the running application."""
