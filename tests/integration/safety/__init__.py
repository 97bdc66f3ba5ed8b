"""Moderation, refusals and appeals in the running application."""
