"""The dashboard's queries, asked of a real Prometheus beside a real installation, and drawn."""
