"""The API, pages and webhook of the running application."""
