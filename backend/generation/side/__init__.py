"""Requests to models other than answers: titles, suggested replies and checks."""
