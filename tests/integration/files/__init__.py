"""Files, pages and speech with a real database and the running application."""
