"""Privacy on real databases and through the running application."""
