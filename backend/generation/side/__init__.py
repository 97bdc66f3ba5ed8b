"""Requests to models besides answers: titles, suggested replies and checks."""
